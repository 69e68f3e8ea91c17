import asyncio
import os
import sys


async def tick(number):
    while True:
        await asyncio.sleep(0.001)


async def main():
    tasks = [asyncio.create_task(tick(number), name=f"tick {number}") for number in range(20)]
    print("ready", flush=True)
    await asyncio.sleep(float(sys.argv[1]))
    if sys.argv[2:] == ["leave"]:
        os._exit(7)
    if sys.argv[2:] == ["abort"]:
        os.abort()
    del tasks


asyncio.run(main())
