"""Asynchronous iterators: range, Fibonacci and counter, alone, together, and left early."""

import asyncio
from contextlib import aclosing

PARAMS = {
    "delay": 0.1,
    "range": [0, 5],
    "fibonacci": 7,
    "counter": 3,
    "take": 2,
    "cleanup": 0.3,
    "after": 0.5,
}


async def async_range(delay, start, stop, step=1):
    """Wait, then yield."""
    for value in range(start, stop, step):
        await asyncio.sleep(delay)  # @range
        yield value


async def async_fibonacci(delay, count):
    """Yield, then wait: also after the last value."""
    a, b = 0, 1
    for _ in range(count):
        yield a
        await asyncio.sleep(delay)  # @fibonacci
        a, b = b, a + b


class AsyncCounter:
    """Never waits: nothing else runs until it has counted to its end."""

    def __init__(self, count):
        self.count = count
        self.current = 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.current >= self.count:
            raise StopAsyncIteration
        self.current += 1
        return self.current


async def consume(numbers):
    async for value in numbers:
        print(value)


def iterators(p):
    yield async_range(p["delay"], *p["range"])
    yield async_fibonacci(p["delay"], p["fibonacci"])
    yield AsyncCounter(p["counter"])


async def sequential(p):
    """One loop after another."""
    for numbers in iterators(p):
        await consume(numbers)  # @each


async def concurrent(p):
    """A loop in each of three tasks."""
    await asyncio.gather(*[consume(numbers) for numbers in iterators(p)])  # @all


async def clean_up(seconds):
    print("Clean-up begins")
    await asyncio.sleep(seconds)  # @clean_up
    print("Clean-up is done")


async def generator(p):
    """A range with a clean-up at its end."""
    try:
        for value in range(*p["range"]):
            await asyncio.sleep(p["delay"])  # @range
            yield value
    finally:
        await clean_up(p.get("cleanup") or 0)  # @close


async def take(numbers, count):
    """Leave the loop after some values."""
    async for value in numbers:
        print(value)
        count -= 1
        if count <= 0:
            break


async def leave_early(p):
    """break drops the generator: the loop starts a task that closes it."""
    await take(generator(p), p.get("take") or 0)  # @consumer leave_early
    print("The loop is left")
    await asyncio.sleep(p.get("after") or 0.5)  # @after leave_early


async def closing(p):
    """aclosing() closes the generator before its block is left."""
    async with aclosing(generator(p)) as numbers:  # @consumer closing
        await take(numbers, p.get("take") or 0)  # @consumer closing
    print("The loop is left")
    await asyncio.sleep(p.get("after") or 0.5)  # @after closing


if __name__ == "__main__":
    asyncio.run(concurrent(PARAMS))
