"""The same requests: one after another, with async, in threads, and in processes."""

import asyncio
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

PARAMS = {"requests": 10, "seconds": 0.1, "thread_start": 0.001, "process_start": 0.05}


def blocking_request(start, seconds):
    time.sleep(start + seconds)


async def blocking(n, seconds):
    blocking_request(0, seconds)
    print(f"request {n}: done")
    return n


async def awaiting(n, seconds):
    await asyncio.sleep(seconds)  # @wait
    print(f"request {n}: done")
    return n


async def elsewhere(n, start, seconds, executor):
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(executor, blocking_request, start, seconds)  # @elsewhere
    print(f"request {n}: done")
    return n


async def sequential(p):
    """One request after another."""
    return [await blocking(n + 1, p["seconds"]) for n in range(p["requests"])]  # @each


async def concurrent(p):
    """A task for each request, all on one thread."""
    requests = [awaiting(n + 1, p["seconds"]) for n in range(p["requests"])]
    return await asyncio.gather(*requests)  # @all


async def threads(p):
    """A thread for each request."""
    times = p["thread_start"], p["seconds"]
    with ThreadPoolExecutor(p["requests"]) as pool:
        requests = [elsewhere(n + 1, *times, pool) for n in range(p["requests"])]
        return await asyncio.gather(*requests)  # @threads


async def processes(p):
    """A process for each request."""
    times = p["process_start"], p["seconds"]
    with ProcessPoolExecutor(p["requests"]) as pool:
        requests = [elsewhere(n + 1, *times, pool) for n in range(p["requests"])]
        return await asyncio.gather(*requests)  # @processes


if __name__ == "__main__":
    asyncio.run(threads(PARAMS))
