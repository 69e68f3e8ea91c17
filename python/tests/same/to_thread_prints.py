# needs: Python 3.12
import asyncio, time
def blocking(n, d): print(f"start {n} at {time.strftime('%X') != ''}"); time.sleep(d); print("end", n); return n
async def tick():
    await asyncio.sleep(0.03)
    for i in range(4): print("tick", i); await asyncio.sleep(0.1)
async def main():
    print(await asyncio.gather(asyncio.to_thread(blocking, "a", 0.25), asyncio.to_thread(blocking, "b", 0.15), tick()))
asyncio.run(main())
