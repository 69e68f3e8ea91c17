# What to see: all that wait for the event go on at the same instant.
import asyncio


async def runner(start, number):
    await start.wait()
    await asyncio.sleep(number)
    print("runner", number, "is in")


async def main():
    start = asyncio.Event()
    runners = [asyncio.create_task(runner(start, number)) for number in (3, 1, 2)]
    await asyncio.sleep(2)
    print("go")
    start.set()
    await asyncio.gather(*runners)


asyncio.run(main())
