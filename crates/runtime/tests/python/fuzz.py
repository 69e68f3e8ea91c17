"""Runs programs of the fuzzer's language under CPython, in virtual time: JSON on stdin and on stdout.

What an operation is, `run.rs` says beside this; each is done here in asyncio's own words.
"""

import asyncio
import gc
import json
import os
import sys

# From `crates/test-support/python`, where the tests say that modules are.
from virtual_loop import NANOS, Hangs, VirtualLoop


class Loop(VirtualLoop):
    """A loop in which the reader cancels tasks between two instants at which something happens."""

    listens = False

    def __init__(self):
        self.cancels = []
        super().__init__()

    def jump(self, nanos):
        if self.cancels and round(self.cancels[0][1] * NANOS) < nanos:
            number, at = self.cancels.pop(0)
            super().jump(round(at * NANOS))
            self.cancel(number)
        else:
            super().jump(nanos)

    def _process_events(self, events):
        pass


class Ordered(dict):
    """A set in the order of its making: CPython's own cancels a group in the order of addresses."""

    def add(self, item):
        self[item] = None

    def discard(self, item):
        self.pop(item, None)


class TaskGroup(asyncio.TaskGroup):
    def __init__(self):
        super().__init__()
        self._tasks = Ordered()


class Failure(Exception):
    """What a program raises."""


def words(error):
    if isinstance(error, BaseExceptionGroup):
        return f"group({' '.join(map(words, error.exceptions))})"
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, asyncio.CancelledError):
        return "cancelled"
    text = str(error)
    if text.startswith("<TaskGroup") or text.startswith("TaskGroup <"):
        return "TaskGroup is " + text.rsplit(" is ", 1)[1]
    return text or type(error).__name__


def all_words(results):
    return " ".join("ok" if result is None else words(result) for result in results)


class Place:
    """Where in the program a task is."""

    def __init__(self, shared, me, group=None, limit=None):
        self.shared, self.me, self.group, self.limit = shared, me, group, limit


class Shared:
    """What all tasks of a program share."""

    def __init__(self, loop):
        self.loop, self.log, self.tasks = loop, [], {}
        self.semaphores = [asyncio.Semaphore(1), asyncio.Semaphore(2)]
        self.locks = [asyncio.Lock(), asyncio.Lock()]
        self.queues = [asyncio.Queue(1), asyncio.LifoQueue()]
        self.condition, self.event = asyncio.Condition(), asyncio.Event()
        self.barrier = asyncio.Barrier(2)

    def say(self, text):
        self.log.append([round(self.loop.time(), 6), text])

    def some(self, numbers):
        return [self.tasks[number] for number in numbers if number in self.tasks]


async def execute(place, body):
    for op in body:
        (name, value), = op["kind"].items() if isinstance(op["kind"], dict) else [(op["kind"], None)]
        said = await globals()[f"do_{name}"](place, op["id"], value)
        place.shared.say(f"{op['id']} {'ok' if said is None else said}")


def spawn(place, task, create):
    number, body = task
    coroutine = execute(Place(place.shared, number, place.group), body)
    made = create(coroutine)
    place.shared.tasks[number] = made
    made.set_name(f"t{number}")
    return made


async def do_Sleep(place, id, seconds):
    await asyncio.sleep(seconds)


async def do_Block(place, id, seconds):
    place.shared.loop.nanos += seconds * NANOS


async def do_Spawn(place, id, task):
    spawn(place, task, asyncio.create_task)


async def do_Await(place, id, number):
    if number not in place.shared.tasks:
        return "none"
    await place.shared.tasks[number]


async def do_Cancel(place, id, number):
    if number not in place.shared.tasks:
        return "none"
    return str(place.shared.tasks[number].cancel()).lower()


async def do_CancelSelf(place, id, _):
    return await do_Cancel(place, id, place.me)


async def do_Uncancel(place, id, _):
    task = asyncio.current_task()
    return f"{task.cancelling()} {task.uncancel()}"


async def do_Catch(place, id, value):
    body, handler, raises = value
    try:
        await execute(place, body)
    except asyncio.CancelledError:
        place.shared.say(f"{id} caught")
        await execute(place, handler)
        if raises:
            raise


async def do_Finally(place, id, value):
    body, handler = value
    try:
        await execute(place, body)
    finally:
        place.shared.say(f"{id} finally")
        await execute(place, handler)


async def do_Try(place, id, body):
    try:
        await execute(place, body)
    except Exception as error:
        return words(error)


async def do_Raise(place, id, _):
    raise Failure(f"e{id}")


async def gathered(tasks, collects):
    results = await asyncio.gather(*tasks, return_exceptions=collects)
    return all_words(results) if collects else str(len(results))


async def do_Gather(place, id, value):
    tasks, collects = value
    return await gathered([spawn(place, task, asyncio.create_task) for task in tasks], collects)


async def do_GatherTasks(place, id, value):
    numbers, collects = value
    return await gathered(place.shared.some(numbers), collects)


async def do_Wait(place, id, value):
    numbers, when, timeout = value
    tasks = place.shared.some(numbers)
    if not tasks:
        return "none"
    when = [asyncio.FIRST_COMPLETED, asyncio.FIRST_EXCEPTION, asyncio.ALL_COMPLETED][when]
    done, pending = await asyncio.wait(tasks, timeout=timeout, return_when=when)
    return f"{len(done)} {len(pending)}"


async def do_AsCompleted(place, id, numbers):
    tasks = place.shared.some(numbers)
    if sum(task.done() for task in tasks) > 1:
        return "none"
    for result in asyncio.as_completed(tasks):
        await result
        place.shared.say(f"{id} next")


async def do_WaitFor(place, id, value):
    seconds, body = value
    await asyncio.wait_for(execute(Place(place.shared, place.me, place.group), body), seconds)


async def do_WaitForTask(place, id, value):
    seconds, number = value
    if number not in place.shared.tasks:
        return "none"
    await asyncio.wait_for(place.shared.tasks[number], seconds)


async def do_Timeout(place, id, value):
    seconds, body = value
    async with asyncio.timeout(seconds) as limit:
        await execute(Place(place.shared, place.me, place.group, limit), body)
    return str(limit.expired()).lower()


async def do_Reschedule(place, id, seconds):
    if place.limit is None:
        return "none"
    place.limit.reschedule(None if seconds is None else place.shared.loop.time() + seconds)


async def do_Group(place, id, body):
    async with TaskGroup() as group:
        await execute(Place(place.shared, place.me, group, place.limit), body)


async def do_GroupSpawn(place, id, task):
    if place.group is None:
        return "none"
    spawn(place, task, place.group.create_task)


async def do_Shield(place, id, number):
    if number not in place.shared.tasks:
        return "none"
    await asyncio.shield(place.shared.tasks[number])


async def do_Semaphore(place, id, value):
    number, body = value
    async with place.shared.semaphores[number]:
        place.shared.say(f"{id} in")
        await execute(place, body)


async def do_Lock(place, id, value):
    number, body = value
    async with place.shared.locks[number]:
        place.shared.say(f"{id} in")
        await execute(place, body)


async def do_Put(place, id, number):
    await place.shared.queues[number].put(id)


async def do_Get(place, id, number):
    return str(await place.shared.queues[number].get())


async def do_TaskDone(place, id, number):
    place.shared.queues[number].task_done()


async def do_Join(place, id, number):
    await place.shared.queues[number].join()


async def do_ShutDown(place, id, value):
    number, immediate = value
    place.shared.queues[number].shutdown(immediate)


async def do_Notified(place, id, _):
    async with place.shared.condition:
        await place.shared.condition.wait()


async def do_Notify(place, id, count):
    async with place.shared.condition:
        place.shared.condition.notify(count)


async def do_EventWait(place, id, _):
    await place.shared.event.wait()


async def do_EventSet(place, id, _):
    place.shared.event.set()


async def do_EventClear(place, id, _):
    place.shared.event.clear()


async def do_Barrier(place, id, _):
    return str(await place.shared.barrier.wait())


def outcome(task):
    if not task.done() or task.cancelled():
        return "cancelled"
    error = task.exception()
    if error is None:
        return "ok"
    return "timeout" if isinstance(error, TimeoutError) else "error"


# Nothing is collected: tasks that hang would clean up, in the middle of another program's run.
KEPT = []


def run(program):
    loop = Loop()
    asyncio.set_event_loop(loop)
    shared = Shared(loop)

    def cancel(number):
        task = main if number == 0 else shared.tasks.get(number)
        if task:
            task.cancel()

    loop.cancels, loop.cancel = program["cancels"], cancel
    main = loop.create_task(execute(Place(shared, 0), program["main"]), name="main")
    hangs = False
    try:
        try:
            loop.run_until_complete(main)
        except (Exception, asyncio.CancelledError):
            pass
        if left := [task for task in loop.tasks if not task.done()]:
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
    except Hangs:
        hangs = True
    log, end = list(shared.log), round(loop.time(), 6)
    tasks = [main, *shared.tasks.values()]
    ends = [] if hangs else sorted([task.get_name(), outcome(task)] for task in tasks)
    loop._ready.clear()
    loop._scheduled.clear()
    loop.close()
    KEPT.append((loop, shared, main))
    return {"log": log, "end": end, "deadlock": hangs, "ends": ends}


if __name__ == "__main__":
    gc.disable()
    json.dump([run(program) for program in json.load(sys.stdin)], sys.stdout)
    sys.stdout.flush()
    os._exit(0)
