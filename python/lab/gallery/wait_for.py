# What to see: it gives up after 2 s, but returns only after the clean-up.
import asyncio


async def report():
    try:
        await asyncio.sleep(10)
    finally:
        print("closing the file")
        await asyncio.sleep(1)


async def main():
    loop = asyncio.get_running_loop()
    try:
        await asyncio.wait_for(report(), timeout=2)
    except TimeoutError:
        print("TimeoutError after", loop.time(), "s")


asyncio.run(main())
