# needs: Python 3.10
import asyncio, threading, time
async def ticker(name, step):
    for n in range(3):
        print(name, n)
        await asyncio.sleep(step)
    return name
def run(name, step): print("returned", asyncio.run(ticker(name, step)))
threads = [threading.Thread(target=run, args=one) for one in (("a", 0.2), ("b", 0.3))]
for thread in threads: thread.start(); time.sleep(0.03)
for thread in threads: thread.join()
async def main():
    await asyncio.gather(ticker("main", 0.5), asyncio.to_thread(run, "c", 0.3))
asyncio.run(main())
