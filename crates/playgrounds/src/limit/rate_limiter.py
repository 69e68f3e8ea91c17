"""Rate limiter: a token bucket, as published and repaired."""

import asyncio

PARAMS = {"rate": 5, "per": 1.0, "n": 20, "latency": 0}


class Published:
    """The article's limiter, as published."""

    def __init__(self, rate, per):
        self.rate, self.per = rate, per
        self.allowance = rate
        self.last_check = asyncio.get_running_loop().time()

    async def acquire(self):
        # Taken before the sleep, so that the time slept is counted again by the next call.
        now = asyncio.get_running_loop().time()
        time_passed, self.last_check = now - self.last_check, now
        allowance = self.allowance + time_passed * (self.rate / self.per)
        self.allowance = min(allowance, self.rate)
        if self.allowance < 1.0:
            # A call during this sleep finds the same allowance, and sleeps as long.
            await asyncio.sleep((1.0 - self.allowance) * (self.per / self.rate))  # @token
            self.allowance = 0.0
        else:
            self.allowance -= 1.0


class Repaired(Published):
    """One caller at a time, and the time slept is counted once."""

    def __init__(self, rate, per):
        super().__init__(rate, per)
        self.turn = asyncio.Lock()

    async def acquire(self):
        async with self.turn:  # @token fixed_concurrent fixed_sequential
            await super().acquire()
            if self.allowance == 0.0:
                self.last_check = asyncio.get_running_loop().time()


async def request(limiter, grants, latency):
    await limiter.acquire()
    grants.append(round(asyncio.get_running_loop().time(), 6))
    if latency:
        await asyncio.sleep(latency)  # @latency


async def all_at_once(p, limiter):
    """All requests ask at once."""
    grants = []
    requests = [request(limiter, grants, p["latency"]) for _ in range(p["n"])]
    await asyncio.gather(*requests)  # @gather
    return grants


async def one_by_one(p, limiter):
    """Each request asks when the one before is done."""
    grants = []
    for _ in range(p["n"]):
        await request(limiter, grants, p["latency"])  # @each
        if p.get("pause"):
            await asyncio.sleep(p["pause"])  # @pause
    return grants


async def concurrent(p):
    return await all_at_once(p, Published(p["rate"], p["per"]))


async def sequential(p):
    return await one_by_one(p, Published(p["rate"], p["per"]))


async def fixed_concurrent(p):
    return await all_at_once(p, Repaired(p["rate"], p["per"]))


async def fixed_sequential(p):
    return await one_by_one(p, Repaired(p["rate"], p["per"]))


async def main():
    start = asyncio.get_running_loop().time()
    for limit in concurrent, fixed_concurrent:
        grants = await limit(PARAMS)
        print(f"{limit.__name__}: granted at {[round(t - start, 3) for t in grants]}")
        start = asyncio.get_running_loop().time()


if __name__ == "__main__":
    asyncio.run(main())
