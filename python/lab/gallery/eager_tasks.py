# What to see: an eager task runs within create_task up to its first wait.
import asyncio


async def look_up(cache, key):
    if key not in cache:
        await asyncio.sleep(1)
        cache[key] = key.upper()
    return cache[key]


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    cache = {"a": "A"}
    known = asyncio.create_task(look_up(cache, "a"), name="known")
    new = asyncio.create_task(look_up(cache, "b"), name="new")
    print("done at once:", known.done(), new.done())
    print(await known, await new)


asyncio.run(main())
