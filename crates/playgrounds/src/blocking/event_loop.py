"""What the event loop does besides tasks: callbacks, and blocking work in a thread."""

import asyncio
import time

PARAMS = {"callback_after": 2.0, "blocking": 1.0, "sleep": 3.0}


def callback():
    print("Callback executed!")


def work(seconds):
    time.sleep(seconds)
    return "Blocking work done"


async def in_a_thread(seconds):
    """Blocks a thread of the pool; the loop is free for the callback."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, work, seconds)  # @work


async def on_the_loop(seconds):
    """Blocks the loop itself: the callback has to wait."""
    return work(seconds)


async def rest(seconds):
    await asyncio.sleep(seconds)  # @rest


async def run(p, work):
    loop = asyncio.get_running_loop()
    loop.call_later(p["callback_after"], callback)
    result = await work(p["blocking"])  # @result
    print(result)
    await rest(p["sleep"])  # @sleep


async def article(p):
    await run(p, in_a_thread)


async def blocking(p):
    await run(p, on_the_loop)


if __name__ == "__main__":
    asyncio.run(article(PARAMS))
