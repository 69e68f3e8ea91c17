"""Cache and single flight: answers are kept for a while, each is fetched once."""

import asyncio
from collections import Counter

PARAMS = {
    "ttl": 5.0,
    "latency": {"a": 1.0, "b": 0.5, "c": 0.4},
    "failures": {"c": 1},
    "requests": [
        {"at": 0.0, "key": "a"}, {"at": 0.0, "key": "a"},
        {"at": 0.2, "key": "b"}, {"at": 0.5, "key": "a"},
        {"at": 0.6, "key": "b"}, {"at": 1.5, "key": "a"},
        {"at": 2.0, "key": "c"}, {"at": 2.1, "key": "c"},
        {"at": 3.0, "key": "c"}, {"at": 6.7, "key": "a"},
    ],
}


class Service:
    """The service behind the cache: slow, and down at first."""

    def __init__(self, p):
        self.p, self.fetches = p, Counter()

    async def fetch(self, key):
        self.fetches[key] += 1
        number = self.fetches[key]
        await asyncio.sleep(self.p["latency"].get(key, 0))  # @latency
        if number <= (self.p.get("failures") or {}).get(key, 0):
            raise OSError(f"{key} unavailable")
        return f"{key} v{number}"


class Naive:
    """On a miss it fetches, and keeps what comes."""

    def __init__(self, p):
        self.ttl, self.kept, self.service = p["ttl"], {}, Service(p)

    def find(self, key):
        """What is kept for a key and still good, or None."""
        value, at = self.kept.get(key, (None, 0))
        return value if now() - at < self.ttl else None

    async def fetch(self, key):
        value = await self.service.fetch(key)  # @fetch
        self.kept[key] = value, now()
        return value

    async def get(self, key):
        value = self.find(key)
        return (value, "hit") if value else (await self.fetch(key), "miss")


class SingleFlight(Naive):
    """On a miss it fetches, unless a fetch is under way: then it waits for that."""

    def __init__(self, p):
        super().__init__(p)
        self.under_way = {}

    async def get(self, key):
        if value := self.find(key):
            return value, "hit"
        if key in self.under_way:
            return await asyncio.shield(self.under_way[key]), "joined"  # @flight
        task = self.under_way[key] = asyncio.create_task(self.fetch(key))
        task.add_done_callback(lambda _: self.under_way.pop(key))
        return await asyncio.shield(task), "miss"  # @flight


def now():
    return asyncio.get_running_loop().time()


async def ask_all(p, cache):
    async def client(at, key):
        await asyncio.sleep(at)  # @at
        try:
            return (await cache.get(key))[1]  # @request
        except OSError:
            return "error"

    how = await asyncio.gather(*[client(r["at"], r["key"]) for r in p["requests"]])  # @gather
    return {"how": how, "fetches": sum(cache.service.fetches.values())}


async def naive(p):
    return await ask_all(p, Naive(p))


async def single_flight(p):
    return await ask_all(p, SingleFlight(p))


async def main():
    print("naive:        ", await naive(PARAMS))
    print("single flight:", await single_flight(PARAMS))


if __name__ == "__main__":
    asyncio.run(main())
