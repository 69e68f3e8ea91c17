"""A blocking call inside of a coroutine, and three ways out."""

import asyncio
import time

PARAMS = {"workers": [["bad_function", 5.0]], "ticks": 5, "interval": 1.0}


async def block(seconds, piece):
    time.sleep(seconds)  # time passes, and no other task can run


async def wait(seconds, piece):
    await asyncio.sleep(seconds)  # @sleep


async def in_a_thread(seconds, piece):
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, time.sleep, seconds)  # @thread


async def work_in_pieces(seconds, piece):
    left = seconds
    while left > 0:
        time.sleep(min(left, piece))
        left -= piece
        await asyncio.sleep(0)  # @pieces


async def ticker(ticks, interval):
    for i in range(ticks):
        print(f"tick {i}")
        await asyncio.sleep(interval)  # @tick


async def run(p, worker):
    """All workers, and a ticker that shows whether the loop is free."""
    piece = p.get("piece") or 0.1
    workers = [worker(seconds, piece) for _, seconds in p["workers"]]
    await asyncio.gather(ticker(p["ticks"], p["interval"]), *workers)  # @gather


async def blocking(p):
    await run(p, block)


async def async_(p):
    await run(p, wait)


async def executor(p):
    await run(p, in_a_thread)


async def in_pieces(p):
    await run(p, work_in_pieces)


if __name__ == "__main__":
    asyncio.run(blocking(PARAMS))
