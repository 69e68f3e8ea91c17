# needs: Python 3.10
import asyncio, time
def work(n): time.sleep(n); print("thread done", n); return n
async def main():
    t = asyncio.create_task(asyncio.to_thread(work, 0.2)); await asyncio.sleep(0.05); t.cancel()
    try: await t
    except asyncio.CancelledError: print("cancelled, thread continues")
    await asyncio.sleep(0.3)
    q = asyncio.Queue(); loop = asyncio.get_running_loop()
    def producer():
        for i in range(3): time.sleep(0.05); asyncio.run_coroutine_threadsafe(q.put(i), loop)
        loop.call_soon_threadsafe(q.put_nowait, None)
    f = loop.run_in_executor(None, producer)
    while (x := await q.get()) is not None: print("got", x)
    await f; ev = asyncio.Event(); loop.call_later(0.05, ev.set)
    await asyncio.gather(asyncio.to_thread(work, 0.1), ev.wait()); print("end")
asyncio.run(main())
