import asyncio


async def main():
    try:
        asyncio.get_running_loop().call_later(0.05, lambda: print("ready", flush=True))
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        print("cleaning up")
        raise


asyncio.run(main())
