import asyncio


async def producer(jobs):
    for number in range(4):
        await jobs.put(number)


async def consumer(jobs):
    while True:
        print("got", await jobs.get())
        await asyncio.sleep(0.01)
        jobs.task_done()


async def main():
    jobs: asyncio.Queue = asyncio.Queue(maxsize=1)
    worker = asyncio.create_task(consumer(jobs))
    await producer(jobs)
    await jobs.join()
    await asyncio.sleep(0.01)
    worker.cancel()
    best = asyncio.PriorityQueue()
    best.put_nowait(2)
    best.put_nowait(1)
    print(await best.get())


asyncio.run(main())
