"""Producers, a queue, consumers, and a None that ends the work, or never does."""

import asyncio

PARAMS = {
    "maxsize": 3,
    "consumers": 3,
    "produce_delays": [
        [0.31, 0.15, 0.42, 0.23, 0.17],
        [0.12, 0.36, 0.21, 0.47, 0.28],
    ],
    "process_times": {
        "item-0-0": 0.45, "item-0-1": 0.73, "item-0-2": 0.26, "item-0-3": 0.61,
        "item-0-4": 0.34, "item-1-0": 0.52, "item-1-1": 0.29, "item-1-2": 0.78,
        "item-1-3": 0.41, "item-1-4": 0.22,
    },
}


async def producer(me, queue, pauses, sentinel):
    for i, pause in enumerate(pauses):
        item = f"item-{me}-{i}"
        await queue.put(item)  # @put
        print(f"Producer {me} produced {item}")
        await asyncio.sleep(pause)  # @pause
    if sentinel:
        await queue.put(None)  # @last
    print(f"Producer {me} finished")


async def consumer(me, queue, times, sentinel):
    while (item := await queue.get()) is not None:  # @get
        print(f"Consumer {me} processing {item}")
        await asyncio.sleep(times.get(item, 0))  # @work
        queue.task_done()
    if sentinel:
        # For the other consumers. But this None was put too, and is never marked as done.
        await queue.put(None)  # @back
    else:
        queue.task_done()
    print(f"Consumer {me} finished")


def start(p, queue, sentinel):
    """Start all producers, then all consumers."""
    delays, times = enumerate(p["produce_delays"]), p["process_times"]
    producers = [producer(i, queue, pauses, sentinel) for i, pauses in delays]
    consumers = [consumer(i, queue, times, sentinel) for i in range(p["consumers"])]
    return [[asyncio.create_task(c) for c in group] for group in (producers, consumers)]


async def article(p):
    """As published: each producer ends with None. It never gets past join()."""
    queue = asyncio.Queue(p["maxsize"])
    producers, consumers = start(p, queue, sentinel=True)
    await asyncio.gather(*producers)  # @producers article
    await queue.join()  # @join article
    await asyncio.gather(*consumers)  # @consumers article
    print("All work completed!")


async def fixed(p):
    """Repaired: one None for each consumer, when there is nothing left to do."""
    queue = asyncio.Queue(p["maxsize"])
    producers, consumers = start(p, queue, sentinel=False)
    await asyncio.gather(*producers)  # @producers fixed
    await queue.join()  # @join fixed
    for _ in consumers:
        await queue.put(None)  # @tell
    await asyncio.gather(*consumers)  # @consumers fixed
    print("All work completed!")


if __name__ == "__main__":
    asyncio.run(fixed(PARAMS))  # with article() it would never end
