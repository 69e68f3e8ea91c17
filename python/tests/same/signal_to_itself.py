# needs: Python 3.10
import asyncio, signal, os
async def main():
    loop = asyncio.get_running_loop(); stop = asyncio.Event()
    for s in (signal.SIGINT, signal.SIGTERM): loop.add_signal_handler(s, stop.set)
    loop.call_later(0.1, os.kill, os.getpid(), signal.SIGTERM)
    await stop.wait(); print("stopped by signal")
asyncio.run(main())
