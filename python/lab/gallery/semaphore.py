# What to see: two of six downloads run at a time; each that ends lets the next in.
import asyncio


async def download(slots, number):
    async with slots:
        await asyncio.sleep(1 + number % 3)
        print("file", number)


async def main():
    slots = asyncio.Semaphore(2)
    await asyncio.gather(*(download(slots, number) for number in range(6)))


asyncio.run(main())
