import asyncio
import atexit
import sys


async def leaves():
    await asyncio.sleep(0.01)
    sys.exit(3)


async def main():
    asyncio.create_task(asyncio.sleep(1))
    await leaves()


atexit.register(print, "at exit")
asyncio.run(main())
