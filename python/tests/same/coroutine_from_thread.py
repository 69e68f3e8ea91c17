# needs: Python 3.10
import asyncio, threading, time
async def coro(n): await asyncio.sleep(n); return f"slept {n}"
def worker(loop):
    fut = asyncio.run_coroutine_threadsafe(coro(0.1), loop)
    print("result", fut.result(timeout=2))
    loop.call_soon_threadsafe(loop.stop)
loop = asyncio.new_event_loop()
t = threading.Thread(target=worker, args=(loop,))
t.start()
loop.run_forever()
t.join(); loop.close(); print("closed")
