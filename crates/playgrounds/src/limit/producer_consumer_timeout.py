"""Consumers that leave when no item comes in time, and consumers that do not."""

import asyncio

PARAMS = {
    "maxsize": 5,
    "producers": [["Producer-1", 10]],
    "consumers": ["Consumer-1", "Consumer-2"],
    "produce_time": 0.1,
    "process_time": 0.2,
    "timeout": 2.0,
}


async def producer(p, queue, name, items):
    for i in range(1, items + 1):
        item = f"{name}-Item-{i}"
        await queue.put(item)  # @put
        print(f"Produced: {item}")
        await asyncio.sleep(p["produce_time"])  # @pause


async def process(p, queue, item):
    print(f"Processing: {item}")
    await asyncio.sleep(p["process_time"])  # @work
    queue.task_done()


async def impatient(p, queue):
    """As published: it takes a queue that stays empty for the end of the work."""
    while True:
        try:
            item = await asyncio.wait_for(queue.get(), timeout=p["timeout"])  # @impatient
        except asyncio.TimeoutError:
            break
        await process(p, queue, item)


async def patient(p, queue):
    """Repaired: it works until main cancels it, when nothing is left."""
    while True:
        await process(p, queue, await queue.get())  # @get


async def article(p):
    """As published. If the producers are slow, it never ends."""
    queue = asyncio.Queue(p["maxsize"])
    await asyncio.gather(  # @all
        *[producer(p, queue, name, items) for name, items in p["producers"]],
        *[impatient(p, queue) for _ in p["consumers"]],
    )


async def fixed(p):
    """Repaired: the consumers leave when everything has been done."""
    queue = asyncio.Queue(p["maxsize"])
    making = [producer(p, queue, name, items) for name, items in p["producers"]]
    making = [asyncio.create_task(one) for one in making]
    consumers = [asyncio.create_task(patient(p, queue)) for _ in p["consumers"]]
    await asyncio.gather(*making)  # @producers
    await queue.join()  # @join
    for consumer in consumers:
        consumer.cancel()
    await asyncio.gather(*consumers, return_exceptions=True)  # @consumers


if __name__ == "__main__":
    asyncio.run(fixed(PARAMS))
