import asyncio


async def stubborn():
    try:
        await asyncio.sleep(10)
    finally:
        await asyncio.sleep(0.01)


async def inner():
    await asyncio.sleep(10)


async def outer(task):
    await task


async def main():
    job = asyncio.create_task(stubborn(), name="stubborn")
    await asyncio.sleep(0.01)
    job.cancel()
    try:
        await job
    except asyncio.CancelledError:
        print("cancelled")
    try:
        await asyncio.wait_for(asyncio.create_task(inner(), name="late"), 0.01)
    except asyncio.TimeoutError:
        print("timeout")
    kept = asyncio.create_task(asyncio.sleep(0.02, "kept"), name="kept")
    try:
        await asyncio.wait_for(asyncio.shield(kept), 0.01)
    except asyncio.TimeoutError:
        print("shielded:", await asyncio.shield(kept))
    waits = asyncio.create_task(inner(), name="awaited")
    chain = asyncio.create_task(outer(waits), name="chain")
    await asyncio.sleep(0.01)
    chain.cancel()
    print(await asyncio.gather(chain, return_exceptions=True))
    asyncio.create_task(inner(), name="left behind")
    await asyncio.sleep(0)


asyncio.run(main())
