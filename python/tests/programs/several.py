import asyncio


async def numbers():
    try:
        for number in range(3):
            await asyncio.sleep(0.002)
            yield number
    finally:
        await asyncio.sleep(0)


async def after(seconds):
    await asyncio.sleep(seconds)
    return seconds


async def main():
    async for number in numbers():
        print(number)
    tasks = {asyncio.create_task(after(number / 20), name=f"after {number}") for number in (1, 2)}
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    print(len(done), len(pending))
    await asyncio.wait(pending or done)
    for result in asyncio.as_completed([after(0.06), after(0.01)]):
        print(await result)


asyncio.run(main())
