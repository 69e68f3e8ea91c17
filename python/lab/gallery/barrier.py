# What to see: no task passes the barrier before the third is there, each round anew.
import asyncio


async def hiker(stop, name, pace):
    for place in ("bridge", "summit"):
        await asyncio.sleep(pace)
        print(name, "is at the", place)
        await stop.wait()


async def main():
    stop = asyncio.Barrier(3)
    paces = {"Ann": 1, "Ben": 2, "Cleo": 3}
    await asyncio.gather(*(hiker(stop, *pair) for pair in paces.items()))
    print("all are up")


asyncio.run(main())
