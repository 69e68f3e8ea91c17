"""asyncio.wait for the first of several tasks; the others are cancelled."""

import asyncio

PARAMS = {"tasks": [["Task 0", 2.0], ["Task 1", 2.0], ["Task 2", 2.0]]}


async def long_running_task(name, delay):
    await asyncio.sleep(delay)  # @work
    return f"{name} completed"


def numbered(tasks):
    """A name that comes again gets a number: A, A #2."""
    names = [name for name, _ in tasks]
    for i, (name, delay) in enumerate(tasks):
        before = names[:i].count(name)
        yield f"{name} #{before + 1}" if before else name, delay


async def article(p):
    """Start all, wait for the first, then cancel whatever is not done."""
    tasks = [asyncio.create_task(long_running_task(*task)) for task in numbered(p["tasks"])]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)  # @first
    # Both are sets, and done.pop() is any of them. This is the one that was started first.
    first = next(task for task in tasks if task in done)
    print(f"First task completed: {first.result()}")
    for task in pending:
        task.cancel()
        try:
            await task  # @others
        except asyncio.CancelledError:
            print("Task cancelled")


if __name__ == "__main__":
    asyncio.run(article(PARAMS))
