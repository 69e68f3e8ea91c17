# What to see: at its deadline the block is cancelled where it waits.
import asyncio


async def search():
    for page in range(1, 10):
        await asyncio.sleep(1)
        print("page", page)


async def main():
    try:
        async with asyncio.timeout(3.5):
            await search()
    except TimeoutError:
        print("that was enough")


asyncio.run(main())
