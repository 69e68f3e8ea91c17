# What to see: one task at a time is within the lock; the others queue in their order.
import asyncio


async def print_page(printer, name, seconds):
    async with printer:
        print(name, "prints")
        await asyncio.sleep(seconds)


async def main():
    printer = asyncio.Lock()
    async with asyncio.TaskGroup() as group:
        for name, seconds in (("letter", 1), ("thesis", 3), ("photo", 2)):
            group.create_task(print_page(printer, name, seconds), name=name)


asyncio.run(main())
