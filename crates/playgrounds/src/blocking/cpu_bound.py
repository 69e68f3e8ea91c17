"""Computing: sums of squares on the loop, in tasks, and in a pool of workers."""

import asyncio
import time
from concurrent.futures import ProcessPoolExecutor

PARAMS = {"jobs": 4, "numbers": 100000, "seconds": 1.0, "workers": 4, "rounds": 1000}


def sum_of_squares(numbers, seconds):
    # At the top level of the module: a process imports it by its name.
    time.sleep(seconds)  # a stand-in, for a larger sum
    return sum(i * i for i in range(numbers))


async def on_the_loop(p, n):
    """Nothing in it awaits: the loop is held until the sum is there."""
    result = sum_of_squares(p["numbers"], p["seconds"])
    print(f"job {n}: {result}")
    return result


async def in_a_worker(p, n, workers):
    """Another process computes. Threads would share one interpreter lock (GIL)."""
    loop, args = asyncio.get_running_loop(), (p["numbers"], p["seconds"])
    result = await loop.run_in_executor(workers, sum_of_squares, *args)  # @compute
    print(f"job {n}: {result}")
    return result


async def sequential(p):
    """One job after another."""
    return [await on_the_loop(p, n + 1) for n in range(p["jobs"])]  # @each


async def concurrent(p):
    """A task for each job. One loop runs them all, one at a time."""
    return await asyncio.gather(*[on_the_loop(p, n + 1) for n in range(p["jobs"])])  # @gather


async def pool(p):
    """Workers compute in parallel, each one job at a time."""
    with ProcessPoolExecutor(p["workers"]) as workers:
        jobs = [in_a_worker(p, n + 1, workers) for n in range(p["jobs"])]
        return await asyncio.gather(*jobs)  # @pool


if __name__ == "__main__":
    asyncio.run(pool(PARAMS))
