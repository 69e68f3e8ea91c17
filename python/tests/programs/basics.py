import asyncio


async def boil(name, seconds):
    print(name, "is on")
    await asyncio.sleep(seconds)
    await asyncio.sleep(0)
    print(name, "boils")
    return name


async def main():
    first = asyncio.create_task(boil("red", 0.2), name="red kettle")
    print(await asyncio.gather(boil("blue", 0.1), boil("green", 0.3)))
    print(await first)


asyncio.run(main())
