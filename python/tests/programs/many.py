import asyncio
import sys


async def work(permits, number):
    await asyncio.sleep(0)
    await asyncio.sleep(0.001)
    async with permits:
        await asyncio.sleep(0)
    return number


async def main():
    count = int(sys.argv[1])
    permits = asyncio.Semaphore(count)
    print(sum(await asyncio.gather(*(work(permits, number) for number in range(count)))))


asyncio.run(main())
