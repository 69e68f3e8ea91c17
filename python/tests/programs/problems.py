import asyncio
import gc


async def forgotten():
    await asyncio.sleep(1)


async def fails():
    raise ValueError("nobody looks")


async def waits_for_ever(loop):
    await loop.create_future()


async def main():
    forgotten()
    task = asyncio.create_task(fails())
    await asyncio.sleep(0)
    del task
    gc.collect()
    lost = asyncio.create_task(waits_for_ever(asyncio.get_running_loop()))
    await asyncio.sleep(0)
    del lost
    gc.collect()
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_soon(lambda: 1 / 0)
    await asyncio.sleep(0)


asyncio.run(main())
