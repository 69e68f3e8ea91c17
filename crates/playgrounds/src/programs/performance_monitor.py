"""Performance monitor: the same operation again and again, and how long each takes."""

import asyncio

PARAMS = {"n": 10, "duration": 0.1}


def now():
    return asyncio.get_running_loop().time()


class Monitor:
    """Measures operations."""

    def __init__(self):
        self.durations = []

    async def measure(self, operation):
        start = now()
        result = await operation
        self.durations.append(now() - start)
        return result

    def summary(self):
        count = len(self.durations)
        return f"{count} operations, {sum(self.durations) / count:.4f}s on average"


async def io_bound(seconds):
    """Stands in for a request or a query: it does nothing but wait."""
    await asyncio.sleep(seconds)  # @io
    return "I/O operation completed"


async def all_at_once(p, monitor):
    operations = [monitor.measure(io_bound(p["duration"])) for _ in range(p["n"])]
    await asyncio.gather(*operations)  # @gather


async def one_by_one(p, monitor):
    for _ in range(p["n"]):
        await monitor.measure(io_bound(p["duration"]))  # @each


async def concurrent(p):
    """All at once: as long as one."""
    await all_at_once(p, Monitor())


async def sequential(p):
    """One after another: the sum of all."""
    await one_by_one(p, Monitor())


async def article(p):
    """The article: one, then the other, and what was measured."""
    monitor, start = Monitor(), now()
    await all_at_once(p, monitor)
    fast, start = now() - start, now()
    await one_by_one(p, monitor)
    slow = now() - start
    print(f"Concurrent I/O: {fast:.4f}s")
    print(f"Sequential I/O: {slow:.4f}s")
    if fast:
        print(f"Speed-up: {slow / fast:.2f}x")
    print(monitor.summary())


if __name__ == "__main__":
    asyncio.run(article(PARAMS))
