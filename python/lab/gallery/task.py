# What to see: a task starts when main first awaits, not when it is created.
import asyncio


async def brew():
    print("brewing")
    await asyncio.sleep(3)
    return "tea"


async def main():
    pot = asyncio.create_task(brew(), name="pot")
    print("created, not started yet")
    await asyncio.sleep(1)
    print("cups are set")
    print("served:", await pot)


asyncio.run(main())
