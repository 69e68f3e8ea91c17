"""Up to 100,000 tasks: all at once, and limited by a semaphore."""

import asyncio

PARAMS = {"tasks": 24, "seconds": 1.0, "permits": 6}


async def wait(seconds):
    await asyncio.sleep(seconds)  # @wait


async def download(n, seconds):
    print(f"Starting download {n}")
    await asyncio.sleep(seconds)  # @download
    print(f"Completed download {n}")


async def sleeps(p):
    """All at once: a task that waits costs next to nothing."""
    tasks = range(1, p["tasks"] + 1)
    await asyncio.gather(*[wait(p["seconds"]) for n in tasks])  # @sleeps


async def downloads(p):
    """All at once, and each prints what it does."""
    tasks = range(1, p["tasks"] + 1)
    await asyncio.gather(*[download(n, p["seconds"]) for n in tasks])  # @downloads


async def bounded(p):
    """All start at once, but each waits for one of a limited number of permits."""
    semaphore = asyncio.Semaphore(p["permits"])

    async def with_permit():
        async with semaphore:  # @permit
            await wait(p["seconds"])

    await asyncio.gather(*[with_permit() for n in range(p["tasks"])])  # @bounded


if __name__ == "__main__":
    asyncio.run(downloads(PARAMS))
