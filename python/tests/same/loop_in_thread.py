# needs: Python 3.10
import asyncio, threading
loop = asyncio.new_event_loop()
def run(): asyncio.set_event_loop(loop); loop.run_forever()
t = threading.Thread(target=run, daemon=True); t.start()
async def add(a, b): await asyncio.sleep(0.05); return a + b
print(asyncio.run_coroutine_threadsafe(add(1, 2), loop).result())
loop.call_soon_threadsafe(loop.stop); t.join(); print("done")
