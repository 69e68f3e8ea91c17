"""TaskGroup, also when one of its tasks fails."""

import asyncio

PARAMS = {
    "tasks": [
        {"name": "Task-1", "delay": 1.0},
        {"name": "Task-2", "delay": 0.5},
        {"name": "Task-3", "delay": 0.8},
    ],
}


class TaskError(Exception):
    """What a task fails with."""


async def work(name, delay, error=None, cleanup=None):
    print(f"Starting {name}")
    try:
        await asyncio.sleep(delay)  # @work
    except asyncio.CancelledError:
        if cleanup:
            await asyncio.sleep(cleanup)  # @cleanup
        raise
    if error:
        raise TaskError(error)
    print(f"Completed {name}")
    return f"Result from {name}"


async def article(p):
    """The group is left when all of its tasks have ended, well or cancelled."""
    try:
        async with asyncio.TaskGroup() as group:  # @group
            tasks = [group.create_task(work(**task)) for task in p["tasks"]]
    except* TaskError as errors:
        print(f"{type(errors).__name__}: {errors}")
    else:
        return [task.result() for task in tasks]


if __name__ == "__main__":
    asyncio.run(article(PARAMS))
