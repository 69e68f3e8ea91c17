# What to see: each notify wakes one cook, who needs the lock again to look.
import asyncio


async def cook(shelf, goods, name):
    async with shelf:
        await shelf.wait_for(lambda: goods)
        print(name, "takes", goods.pop())


async def main():
    shelf, goods = asyncio.Condition(), []
    async with asyncio.TaskGroup() as group:
        for name in ("Ada", "Bo", "Cy"):
            group.create_task(cook(shelf, goods, name), name=name)
        for item in ("rice", "leeks", "salt"):
            await asyncio.sleep(1)
            async with shelf:
                goods.append(item)
                shelf.notify()


asyncio.run(main())
