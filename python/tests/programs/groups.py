import asyncio


async def fails():
    await asyncio.sleep(0.01)
    raise ValueError("no")


async def waits():
    await asyncio.sleep(10)


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(), name="fails")
            group.create_task(waits(), name="waits")
    except ExceptionGroup as several:
        print(several.exceptions)
    try:
        async with asyncio.timeout(0.01):
            await waits()
    except TimeoutError:
        print("timeout")


asyncio.run(main())
