# What to see: in a thread the blocking call lets the clock tick; directly it does not.
import asyncio
import time


def compress():
    time.sleep(2)
    return "2 MB"


async def clock():
    while True:
        print("tick")
        await asyncio.sleep(0.5)


async def main():
    ticking = asyncio.create_task(clock())
    print("in a thread:", await asyncio.to_thread(compress))
    print("directly:", compress())
    ticking.cancel()


asyncio.run(main())
