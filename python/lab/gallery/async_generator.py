# What to see: the generator waits within main's task, and is closed at the break.
import asyncio
import contextlib


async def readings():
    try:
        for degrees in (19, 20, 22, 25):
            await asyncio.sleep(1)
            yield degrees
    finally:
        await asyncio.sleep(0.5)
        print("the sensor is off")


async def main():
    async with contextlib.aclosing(readings()) as sensor:
        async for degrees in sensor:
            print(degrees)
            if degrees > 21:
                print("too warm")
                break


asyncio.run(main())
