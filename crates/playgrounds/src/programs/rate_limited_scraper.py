"""Rate-limited scraper: twenty pages, five a second, as published and repaired."""

import asyncio

PARAMS = {
    "rate": 5,
    "per": 1.0,
    "max_concurrent": 20,
    "pages": [
        {"url": f"https://example{i}.com", "latency": 0.25,
         "status": 500 if i == 7 else 200}
        for i in range(1, 21)
    ],
}


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
        async with self.turn:  # @token fixed
            await super().acquire()
            if self.allowance == 0.0:
                self.last_check = asyncio.get_running_loop().time()


async def scrape(page, permits, limiter):
    """One page. A permit is held while the limiter is waited for, too."""
    async with permits:  # @permit
        await limiter.acquire()
        await asyncio.sleep(page["latency"])  # @get
        return page["status"] == 200


async def scrape_all(p, limiter):
    permits = asyncio.Semaphore(p["max_concurrent"])
    pages = [scrape(page, permits, limiter) for page in p["pages"]]
    found = await asyncio.gather(*pages, return_exceptions=True)  # @gather
    return found.count(True)


async def article(p):
    """As published: the limiter lets all that wait through at the same instant."""
    return await scrape_all(p, Published(p["rate"], p["per"]))


async def fixed(p):
    """Repaired: one page for each token."""
    return await scrape_all(p, Repaired(p["rate"], p["per"]))


async def main():
    for scraper in article, fixed:
        start = asyncio.get_running_loop().time()
        successful = await scraper(PARAMS)
        took = asyncio.get_running_loop().time() - start
        print(f"{scraper.__name__}: {successful} pages in {took:.2f} s")


if __name__ == "__main__":
    asyncio.run(main())
