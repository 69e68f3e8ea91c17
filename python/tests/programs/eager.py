import asyncio


async def quick(number):
    return number


async def slow(number):
    await asyncio.sleep(0.01)
    return await asyncio.gather(quick(number))


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    print(await asyncio.gather(quick(1), slow(2), slow(3)))
    task = asyncio.create_task(quick(4))
    print(task.done(), await task)


asyncio.run(main())
