import asyncio


async def transfer(source, target):
    async with source:
        await asyncio.sleep(0.01)
        async with target:
            print("never")


async def main():
    savings, current = asyncio.Lock(), asyncio.Lock()
    print("ready", flush=True)
    await asyncio.gather(
        asyncio.create_task(transfer(savings, current), name="out"),
        asyncio.create_task(transfer(current, savings), name="back"),
    )


asyncio.run(main())
