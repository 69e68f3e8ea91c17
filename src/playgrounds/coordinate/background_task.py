"""A task that cleans up now and then while main does its work."""

import asyncio

PARAMS = {"interval": 60.0, "cleanup": 0.5, "main_work": 150.0}


async def cleanup_old_data(seconds):
    await asyncio.sleep(seconds)  # @cleanup


async def background_task(p):
    """The sleep begins when the clean-up is over, so a round takes both."""
    while True:
        await asyncio.sleep(p["interval"])  # @interval
        await cleanup_old_data(p["cleanup"])


async def handle_requests(seconds):
    await asyncio.sleep(seconds)  # @work


async def article(p):
    task = asyncio.create_task(background_task(p))
    await handle_requests(p["main_work"])  # @requests
    task.cancel()
    # Asked, but not told yet: that takes a turn of the loop.
    return task.cancelled()


async def main():
    print("cancelled before main returns:", await article(PARAMS))


if __name__ == "__main__":
    asyncio.run(main())
