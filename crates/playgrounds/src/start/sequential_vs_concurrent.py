"""Sequential vs concurrent: the same tasks, one after another and with gather."""

import asyncio

PARAMS = {
    "tasks": [
        ["Task-1", 1.0],
        ["Task-2", 0.5],
        ["Task-3", 0.8],
    ],
}


async def work(name, delay):
    print(f"Starting {name}")
    await asyncio.sleep(delay)  # @work
    print(f"Completed {name}")
    return f"Result from {name}"


async def sequential(p):
    """One after another: each task starts when the one before it is done."""
    return [await work(name, delay) for name, delay in p["tasks"]]  # @each sequential


async def concurrent(p):
    """Concurrently: all start at once, and the longest delay decides."""
    return await asyncio.gather(*[work(name, delay) for name, delay in p["tasks"]])  # @gather


async def sequential_article(p):
    """The article's sequential half leaves the third task out."""
    return [await work(name, delay) for name, delay in p["tasks"][:2]]  # @each sequential_article


if __name__ == "__main__":
    asyncio.run(concurrent(PARAMS))
