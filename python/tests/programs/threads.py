import asyncio
import threading


async def work(name):
    await asyncio.gather(asyncio.sleep(0.01), asyncio.sleep(0.02))
    print(name)


def run():
    asyncio.run(work("thread"))


async def main():
    print(threading.active_count(), [thread.name for thread in threading.enumerate()])
    other = threading.Thread(target=run)
    other.start()
    await asyncio.to_thread(other.join)
    await work("main")
    asyncio.run_coroutine_threadsafe(asyncio.sleep(0), asyncio.get_running_loop())
    await asyncio.sleep(0.01)


asyncio.run(asyncio.sleep(0.001))
asyncio.run(main())
