"""Tasks that are started first and awaited later."""

import asyncio

PARAMS = {"tasks": [["A", 2], ["B", 1], ["C", 3]]}


async def background_task(name, duration):
    print(f"Task {name} starting...")
    await asyncio.sleep(duration)  # @work
    print(f"Task {name} completed after {duration}s")
    return f"Result from {name}"


def start_all(p):
    """Start every task: from here on they run by themselves."""
    return [asyncio.create_task(background_task(name, s)) for name, s in p["tasks"]]


async def gather(p):
    """Start all, then wait for all at once."""
    values = await asyncio.gather(*start_all(p))  # @gather
    print(f"All tasks completed: {values}")


async def await_each(p):
    """Start all, then await one after the other: meanwhile the others run, too."""
    values = [await task for task in start_all(p)]  # @await_each
    print(f"All tasks completed: {values}")


async def sequential(p):
    """Start none: each is awaited in place, and only then does the next one begin."""
    values = [await background_task(name, s) for name, s in p["tasks"]]  # @each
    print(f"All tasks completed: {values}")


if __name__ == "__main__":
    asyncio.run(gather(PARAMS))
