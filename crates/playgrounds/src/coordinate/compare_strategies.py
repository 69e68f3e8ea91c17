"""The same tasks, awaited in five ways."""

import asyncio

# Rust only: join_all, try_join_all, select. They await futures in place, without tasks, and
# drop the others.

PARAMS = {
    "tasks": [
        {"name": "quick", "delay": 1.0, "fails": False},
        {"name": "fails", "delay": 2.0, "fails": True},
        {"name": "slow", "delay": 3.0, "fails": False},
        {"name": "slowest", "delay": 4.0, "fails": False},
    ],
    "cleanup": 0.5,
    "linger": 1.5,
}


class TaskError(Exception):
    """What a task fails with."""


async def work(name, delay, fails=False, cleanup=None):
    try:
        await asyncio.sleep(delay)  # @work
    except asyncio.CancelledError:
        if cleanup:
            await asyncio.sleep(cleanup)  # @cleanup
        raise
    if fails:
        raise TaskError(f"{name} failed")
    return name


def create_all(p, create=asyncio.create_task):
    return [create(work(**task, cleanup=p.get("cleanup"))) for task in p["tasks"]]


def words(results):
    # The words of a CancelledError are none.
    return ", ".join(str(result) or "cancelled" for result in results)


async def stay(p):
    """Main has its result, and sleeps before it returns; other tasks run on meanwhile."""
    if p.get("linger"):
        await asyncio.sleep(p["linger"])  # @stay


async def return_exceptions(p):
    results = await asyncio.gather(*create_all(p), return_exceptions=True)  # @wait_all
    print("results:", words(results))
    await stay(p)


async def gather(p):
    try:
        values = await asyncio.gather(*create_all(p))  # @gather
        print("values:", words(values))
    except TaskError as error:
        print("raised:", error)
    await stay(p)


async def task_group(p):
    try:
        async with asyncio.TaskGroup() as group:  # @group
            tasks = create_all(p, group.create_task)
    except* TaskError as errors:
        print("raised:", words(errors.exceptions))
    else:
        print("values:", words(task.result() for task in tasks))
    await stay(p)


async def first_completed(p):
    tasks = create_all(p)
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)  # @first
    first = next(task for task in tasks if task in done)
    print("first:", first.exception() or first.result())
    await stay(p)


async def as_completed(p):
    for result in asyncio.as_completed(create_all(p)):
        try:
            print("next:", await result)  # @next
        except TaskError as error:
            print("next:", error)
    await stay(p)


if __name__ == "__main__":
    asyncio.run(gather(PARAMS))
