import asyncio

gate = asyncio.Lock()


class Shop:
    def __init__(self):
        self.tills = asyncio.Semaphore(2)
        self.opened = asyncio.Event()
        self.news, self.spare = asyncio.Condition(), asyncio.Lock()
        self.stock = 0

    async def customer(self, number):
        await self.opened.wait()
        async with self.tills:
            await asyncio.sleep(0.01)
        async with gate:
            await asyncio.sleep(0.005)
        async with self.news:
            await self.news.wait_for(lambda: self.stock > 0)
            self.stock -= 1
        return number

    async def owner(self):
        await asyncio.sleep(0.01)
        self.opened.set()
        for _ in range(3):
            await asyncio.sleep(0.03)
            async with self.news:
                self.stock += 1
                self.news.notify()


async def main():
    shop = Shop()
    forks = [asyncio.Lock() for _ in range(2)]
    async with forks[0], forks[1], shop.spare:
        served = await asyncio.gather(shop.owner(), *(shop.customer(number) for number in range(3)))
        print(served)


asyncio.run(main())
