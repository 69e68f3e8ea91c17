# What to see: the first error cancels the rest of the group, which waits for them.
import asyncio


async def upload(name, seconds, fails=False):
    try:
        await asyncio.sleep(seconds)
        if fails:
            raise ConnectionError(name)
        print(name, "is uploaded")
    except asyncio.CancelledError:
        await asyncio.sleep(0.5)
        print(name, "is taken back")
        raise


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(upload("one", 1), name="one")
            group.create_task(upload("two", 2, fails=True), name="two")
            group.create_task(upload("three", 3), name="three")
    except* ConnectionError as errors:
        print("failed:", *errors.exceptions)


asyncio.run(main())
