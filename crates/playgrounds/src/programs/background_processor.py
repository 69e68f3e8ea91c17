"""Background jobs: a semaphore that limits nothing, and one that does."""

import asyncio

PARAMS = {
    "max_workers": 3,
    "jobs": [
        {"name": "email alice", "duration": 0.5},
        {"name": "report Daily Sales", "duration": 1.0},
        {"name": "backup user_db", "duration": 2.0},
        {"name": "email bob", "duration": 0.5},
    ],
}


async def run(job):
    """Stands in for sending mail, writing a report, making a backup."""
    await asyncio.sleep(job["duration"])  # @work
    return f"{job['name']} done"


async def article(p):
    """As published: the permit is held only while the task is created."""
    permits, tasks = asyncio.Semaphore(p["max_workers"]), []
    for job in p["jobs"]:
        async with permits:  # @add
            tasks.append(asyncio.create_task(run(job)))
    return await asyncio.gather(*tasks, return_exceptions=True)  # @gather


async def fixed(p):
    """Repaired: the permit is held while the job runs."""
    permits = asyncio.Semaphore(p["max_workers"])

    async def with_permit(job):
        async with permits:  # @permit
            return await run(job)

    tasks = [asyncio.create_task(with_permit(job)) for job in p["jobs"]]
    return await asyncio.gather(*tasks, return_exceptions=True)  # @gather


async def main():
    for process in article, fixed:
        start = asyncio.get_running_loop().time()
        await process(PARAMS)
        took = asyncio.get_running_loop().time() - start
        print(f"{process.__name__}: {took:.1f} s")


if __name__ == "__main__":
    asyncio.run(main())
