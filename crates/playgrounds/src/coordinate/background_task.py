"""Background tasks: a periodic clean-up while main handles requests."""

import asyncio

PARAMS = {"interval": 60.0, "cleanup": 0.5, "main_work": 150.0}


async def cleanup_old_data(seconds):
    await asyncio.sleep(seconds)  # @cleanup


async def drifting(p):
    """As published: the sleep begins when the clean-up is over, so a round takes both."""
    while True:
        await asyncio.sleep(p["interval"])  # @interval
        await cleanup_old_data(p["cleanup"])


async def steady(p):
    """Repaired: rounds begin an interval apart, however long each of them takes."""
    now = asyncio.get_running_loop().time
    due = now()
    while True:
        due += p["interval"]
        await asyncio.sleep(due - now())  # @due
        await cleanup_old_data(p["cleanup"])


async def background_task(p, rounds):
    try:
        await rounds(p)
    finally:
        if p.get("tidy_up"):
            await asyncio.sleep(p["tidy_up"])  # @tidy_up
            print("Tidied up")


async def handle_requests(seconds):
    await asyncio.sleep(seconds)  # @work


async def article(p):
    """As published: the task is asked to end, and main returns."""
    task = asyncio.create_task(background_task(p, drifting))
    await handle_requests(p["main_work"])  # @requests article
    task.cancel()
    # Asked, but not told yet: that takes a turn of the loop.
    return task.cancelled()


async def fixed(p):
    """Repaired: main waits until the task has ended."""
    task = asyncio.create_task(background_task(p, steady))
    await handle_requests(p["main_work"])  # @requests fixed
    task.cancel()
    try:
        await task  # @task
    except asyncio.CancelledError:
        return task.cancelled()


async def main():
    print("cancelled before main returns:", await fixed(PARAMS))  # article(): False


if __name__ == "__main__":
    asyncio.run(main())
