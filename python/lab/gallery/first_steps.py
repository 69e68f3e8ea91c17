# What to see: gather takes as long as the slowest kettle, not as long as all of them.
import asyncio


async def boil(name, seconds):
    print(f"{name} is on")
    await asyncio.sleep(seconds)
    print(f"{name} boils")
    return name


KETTLES = [("small", 1.0), ("large", 3.0), ("old", 2.0)]


async def one_after_another():
    return [await boil(name, seconds) for name, seconds in KETTLES]


async def at_once():
    return await asyncio.gather(*(boil(name, seconds) for name, seconds in KETTLES))


print(asyncio.run(one_after_another()))
print(asyncio.run(at_once()))
