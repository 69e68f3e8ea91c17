"""Cancellation: a task that is cancelled and cleans up."""

import asyncio

PARAMS = {"steps": 10, "step_time": 1.0, "cancel_after": 3.0, "cleanup": 0}


async def cancellable_task(p):
    """Being cancelled is an exception like any other: it is caught, and raised again."""
    try:
        for step in range(p["steps"]):
            print(f"Working on step {step}")
            await asyncio.sleep(p["step_time"])  # @step
    except asyncio.CancelledError:
        print("Task was cancelled, cleaning up...")
        if p["cleanup"]:
            await asyncio.sleep(p["cleanup"])  # @cleanup
        if not p.get("swallow"):
            raise


async def article(p):
    task = asyncio.create_task(cancellable_task(p))
    await asyncio.sleep(p["cancel_after"])  # @before
    task.cancel()
    try:
        await task  # @task
    except asyncio.CancelledError:
        print("Task cancellation handled")


if __name__ == "__main__":
    asyncio.run(article(PARAMS))
