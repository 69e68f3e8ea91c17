# needs: Python 3.11
import asyncio, threading, time, queue, concurrent.futures
class Bridge:
    def __init__(self): self.loop = asyncio.new_event_loop(); self.t = threading.Thread(target=self._run, daemon=True); self.t.start()
    def _run(self): asyncio.set_event_loop(self.loop); self.loop.run_forever()
    def call(self, coro, timeout=None): return asyncio.run_coroutine_threadsafe(coro, self.loop).result(timeout)
    def stop(self): self.loop.call_soon_threadsafe(self.loop.stop); self.t.join(); self.loop.close()
async def work(n): await asyncio.sleep(n / 10); return n * n
async def bad(): raise KeyError("x")
br = Bridge(); print(br.call(work(2)), br.call(work(1)))
try: br.call(bad())
except KeyError as e: print("err", e)
async def multi(): return await asyncio.gather(*(work(i) for i in range(3)))
print(br.call(multi())); br.stop(); print("stopped")
async def main():
    loop = asyncio.get_running_loop(); q = asyncio.Queue(); done = threading.Event()
    def sync_worker():
        for i in range(3): asyncio.run_coroutine_threadsafe(q.put(i), loop).result(); time.sleep(0.1)
        done.set()
    loop.run_in_executor(None, sync_worker)
    for _ in range(3): print("from thread", await q.get())
    await asyncio.to_thread(done.wait); print("done", done.is_set())
asyncio.run(main())
