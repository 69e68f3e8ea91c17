import asyncio


async def reads():
    await asyncio.sleep(0)
    return {}["key"]


async def main():
    try:
        await asyncio.create_task(reads())
    except KeyError as error:
        raise RuntimeError("no such thing") from error


asyncio.run(main())
