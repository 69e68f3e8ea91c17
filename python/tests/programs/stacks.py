"""What Python shows of stacks, in all of its ways."""

import asyncio
import contextlib
import gc
import inspect
import logging
import runpy
import sys
import threading
import traceback
import warnings


async def nothing(): ...


def names(error):
    return [frame.name for frame in traceback.extract_tb(error.__traceback__)]


def fail():
    asyncio.Semaphore(-1)


class Full(asyncio.Queue):
    def _put(self, item):
        raise OSError("no place")


class Heavy:
    def __del__(self):
        asyncio.Semaphore(-3)


async def main():
    loop = asyncio.get_running_loop()
    for attempt in (
        fail,
        lambda: print("\ud800"),
        lambda: asyncio.Lock().release(),
        lambda: asyncio.create_task(5),
        lambda: Full().put_nowait(1),
        lambda: asyncio.current_task().cancel(1, 2, 3),
    ):
        try:
            attempt()
        except Exception as error:
            traceback.print_exc()
            print(names(error), [frame.f_code.co_name for frame, _ in traceback.walk_tb(error.__traceback__)])
    traceback.print_stack()
    print([frame.name for frame in traceback.extract_stack()])
    print([frame.function for frame in inspect.stack()])
    loop.call_soon(traceback.print_stack)
    await asyncio.sleep(0)
    asyncio.current_task().print_stack()
    logging.warning("of the stack", stack_info=True)
    task = asyncio.create_task(asyncio.to_thread(fail))
    await asyncio.wait([task])
    task.print_stack()
    # Held until the end: nobody looks at its exception.
    return task


def in_thread():
    async def thread_main():
        asyncio.Semaphore(-2)

    asyncio.run(thread_main())


def unawaited():
    nothing()


async def debugged():
    unawaited()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        unawaited()
    await asyncio.sleep(0)


asyncio.run(main())
gc.collect()
thread = threading.Thread(target=in_thread, name="thread")
thread.start()
thread.join()
Heavy()
gc.collect()
asyncio.run(debugged(), debug=True)
try:
    runpy.run_path(__file__ + ".missing")
except OSError as error:
    print(names(error)[:3])
with contextlib.suppress(ValueError):
    fail()
if len(sys.argv) > 1:
    fail()
