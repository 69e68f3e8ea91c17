import asyncio
import time


def crunch():
    time.sleep(0.35)


async def blocks():
    crunch()


async def main():
    await asyncio.gather(blocks(), asyncio.sleep(0.01))
    asyncio.get_running_loop().call_soon(time.sleep, 0.02)
    await asyncio.sleep(0.03)


asyncio.run(main())
