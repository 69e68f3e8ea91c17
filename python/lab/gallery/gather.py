# What to see: three calls take as long as the longest, and results keep their order.
import asyncio


async def fetch(name, seconds):
    await asyncio.sleep(seconds)
    print(name, "is here")
    return name


async def main():
    print(await asyncio.gather(fetch("profile", 2), fetch("orders", 3), fetch("offers", 1)))


asyncio.run(main())
