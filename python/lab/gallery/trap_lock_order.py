# What to see: it ends well here; other schedules end in a deadlock.
import asyncio


async def move(name, source, target):
    async with source:
        await asyncio.sleep(0)
        async with target:
            await asyncio.sleep(1)
            print(name, "is moved")


async def later(name, source, target):
    await asyncio.sleep(0)
    await move(name, source, target)


async def main():
    left, right = asyncio.Lock(), asyncio.Lock()
    await asyncio.gather(move("apples", left, right), later("pears", right, left))
    print("done")


asyncio.run(main())
