import asyncio


async def runner(start, number):
    await asyncio.sleep(number / 100)
    await start.wait()


async def main():
    start_line = asyncio.Barrier(3)
    await asyncio.gather(*(runner(start_line, number) for number in range(3)))
    print("off")


asyncio.run(main())
