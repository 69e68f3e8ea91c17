# What to see: the queue has two places, so the producer waits for the consumers.
import asyncio


async def producer(orders):
    for number in range(6):
        await orders.put(number)
        print("order", number)


async def consumer(orders):
    while True:
        number = await orders.get()
        await asyncio.sleep(1)
        print("done", number)
        orders.task_done()


async def main():
    orders = asyncio.Queue(maxsize=2)
    names = ("one", "two")
    consumers = [asyncio.create_task(consumer(orders), name=name) for name in names]
    await producer(orders)
    await orders.join()
    for task in consumers:
        task.cancel()
    await asyncio.gather(*consumers, return_exceptions=True)


asyncio.run(main())
