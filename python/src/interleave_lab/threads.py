"""Played threads: each is a coroutine, which is suspended wherever the thread waits, and continues in virtual time.

There is one real thread. `threading`, `queue` and `concurrent.futures` are CPython's own: only its locks, and the beginning and end
of a thread, are replaced. A thread runs until it waits; of those that can run, the one that could first comes first. The main thread,
and what no coroutine can be made of, wait on the real stack: meanwhile the others continue.

In the recording a thread, and a call in a pool, is a row of its own.
"""

from __future__ import annotations

import _thread
import _threading_local
import asyncio
import concurrent.futures
import concurrent.futures.thread
import contextvars
import functools
import gc
import heapq
import itertools
import queue
import sys
import threading
from asyncio import events
from collections import deque
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from interleave_recorder import places, state
from interleave_recorder.text import quoted

from . import resumable, thread_locks, times
from .budget import Deadlock
from .clock import NS
from .resumable import suspends
from .thread_locks import Wait

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches

    from .session import Session

#: The number of processors in the lab.
PROCESSORS = 4
#: A thread that sleeps for 0 s lets others run, for about as long as on Linux, in nanoseconds.
_LEAST = 50_000
#: How many times a thread is told that it is discarded, if it ignores that.
_PATIENCE = 10
BENEATH = "the lab cannot suspend this thread here: another one, which called what waits now, would have to continue first"
_pool: Any = concurrent.futures.ThreadPoolExecutor
_submit = _pool.submit
#: Since CPython 3.14 there is one current task in a thread; before, one in each loop.
_swap: Any = getattr(asyncio.tasks, "_swap_current_task", None) if sys.version_info >= (3, 14) else lambda loop, task: None


class Played:
    """A thread of the program's."""

    def __init__(self, thread: Any, coroutine: Any, row: Row) -> None:
        self.thread = thread
        self.coroutine = coroutine
        self.context = getattr(thread, "_context", None) or contextvars.Context()
        #: The event loop that runs in it, and what asyncio keeps for each real thread.
        self.loop: Any = None
        self.task: Any = None
        self.hooks: Any = (None, None)
        self.row = row
        self.over = False
        #: The waits for its end.
        self.joins: list[Wait] = []


class Row:
    """A row of the recording. Its number is 0 where no event loop ran when it was made: then it is not recorded."""

    def __init__(self, name: str | None) -> None:
        here, loop = state.here, events._get_running_loop()
        self.run: Any = None if loop is None else getattr(loop, "_interleave", None)
        self.number = 0
        if here is None or self.run is None or name is None:
            return
        self.number = here.next_task()
        site = here.places.of_caller(sys._getframe(1))
        by = here.task_number() or "null"
        here.emit(f'[{here.now()},{self.number},"created",{self.run.number},{by},{quoted(name)},{site}]')

    def emit(self, words: str) -> None:
        """Records an event of the row."""
        here = state.here
        if here is not None and self.number:
            here.emit(f"[{here.now()},{self.number},{words}]")

    def end(self, error: BaseException | None) -> None:
        """Records the outcome and the last step."""
        self.emit('"end","ok"' if error is None else f'"end","error",{quoted(f"{type(error).__name__}: {error}")},[]')
        self.emit('"step",0')


class Threads:
    """The threads of a run, and what they wait for."""

    def __init__(self, lab: Session) -> None:
        self.lab = lab
        #: All threads that the program has started, in order, and the one that runs; `None` is the main thread.
        self.started: list[Played] = []
        self.current: Played | None = None
        #: What can continue: threads, and waits on the stack.
        self._ready: deque[Played | Wait] = deque()
        #: Waits that end at an instant, in the order of time.
        self._timers: list[tuple[int, int, Wait]] = []
        self._set = itertools.count().__next__
        #: Waits on the stack, from the outermost.
        self._stack: list[Wait] = []
        #: Event loops that wait.
        self.idle: dict[Any, Wait] = {}
        #: Rows of the recording that are held back until a step of a task has ended.
        self._rows: list[str] = []
        self._emit: Callable[[str], None] = self._rows.append
        #: Of the loops that the thread which runs may ask for something: the tasks whose steps they were in.
        self._taken: list[tuple[Any, int]] = []

    # Waiting.

    def wake(self, wait: Wait) -> None:
        """Ends a wait."""
        if wait.over:
            return
        wait.over = True
        self._ready.append(wait.thread or wait)
        here = state.here
        if here is not None and wait.thread is not None and (by := here.task_number()):
            wait.thread.row.emit(f'"wake",{by}')

    def _set_timer(self, wait: Wait) -> None:
        if wait.until is not None:
            heapq.heappush(self._timers, (wait.until, self._set(), wait))

    def drive(self, steps: Generator[Wait, None, Any]) -> Any:
        """Waits on the stack for all that a generator yields."""
        try:
            while True:
                self.block(next(steps))
        except StopIteration as end:
            return end.value

    def block(self, wait: Wait) -> None:
        """Waits on the stack. Meanwhile other threads continue."""
        self._set_timer(wait)
        self._stack.append(wait)
        try:
            while self._ready or not wait.over:
                if not self._ready:
                    self._advance()
                elif self._continue() is wait:
                    break
        finally:
            self._stack.pop()

    def sleep_until(self, until: int) -> None:
        """The thread that runs sleeps, on the stack."""
        if self.started:
            self.block(Wait(until, sleeps=True))
        else:
            self.lab.clock.move_to(until)

    def sleep(self, seconds: float) -> Generator[Wait, None, None]:
        """The thread that runs sleeps, and can be suspended."""
        now = self.lab.clock.now()
        yield Wait(now + max(round(seconds * NS), _LEAST), sleeps=True)

    def run_ready(self) -> None:
        """Runs the threads that can continue at this instant."""
        self._ring()
        for _ in range(len(self._ready)):
            self._continue()

    def _continue(self) -> Wait | None:
        """The next one continues. If it waits on the stack, it is for the caller to return to it."""
        one = self._ready.popleft()
        if isinstance(one, Wait):
            return one
        self._step(one)
        return None

    def _ring(self) -> None:
        """Ends the waits whose time has come."""
        now = self.lab.clock.now()
        while self._timers and self._timers[0][0] <= now:
            wait = heapq.heappop(self._timers)[2]
            if not wait.over:
                wait.late = wait.over = True
                self._ready.append(wait.thread or wait)

    def _advance(self) -> None:
        """Nothing can continue: time passes up to the next instant at which something can."""
        lab = self.lab
        lab.check_stopped()
        if any(wait.over for wait in self._stack[:-1]):
            lab.stop(BENEATH, sys._getframe(2))
        for loop, wait in list(self.idle.items()):
            if loop.has_come():
                return self.wake(wait)
        while self._timers and self._timers[0][2].over:
            heapq.heappop(self._timers)
        if not self._timers:
            for loop in self.idle:
                loop.is_stuck()
            lab.stop("all threads wait, and no timer is set", sys._getframe(2), Deadlock)
        lab.clock.move_to(self._timers[0][0])
        self._ring()
        return None

    # Threads.

    def start(self, thread: Any) -> None:
        """A thread begins, and runs until it first waits."""
        target = getattr(thread, "_target", None)
        own = getattr(target, "__name__", "") not in ("_worker", "_do_shutdown")
        played = Played(thread, _run(self, thread), Row(f"thread: {thread.name}" if own else None))
        thread.lab_played = played
        self.number(thread)
        self.started.append(played)
        played.row.emit('"start"')
        beneath = Wait()
        # The thread that starts it can continue.
        beneath.over = True
        self._stack.append(beneath)
        try:
            self._step(played)
        finally:
            self._stack.pop()

    def number(self, thread: Any) -> None:
        """Gives it its identifier."""
        thread._ident = thread._native_id = 1000 + self.lab.next_thread()

    def _step(self, one: Played) -> None:
        lab, here = self.lab, state.here
        outer, self.current = self.current, one
        loop, hooks = events._get_running_loop(), sys.get_asyncgen_hooks()
        task = _change_loop(loop, one.loop, one.task)
        sys.set_asyncgen_hooks(*one.hooks)
        wait: Wait | None = None
        began = 0 if here is None else here.now()
        kept = self._begin(here, loop, one)
        taken, self._taken = self._taken, []
        self.take(one.row)
        try:
            wait = one.context.run(one.coroutine.send, None)
        except StopIteration:
            one.over = True
        finally:
            one.loop, one.hooks = events._get_running_loop(), sys.get_asyncgen_hooks()
            one.task = _change_loop(one.loop, loop, task)
            sys.set_asyncgen_hooks(*hooks)
            if wait is not None and here is not None and one.row.number:
                one.row.emit(f'"step",{here.now() - began},{_words(wait, one, here, lab)}')
            self.current = outer
            for run, task in reversed(self._taken):
                run.task = task
            self._taken = taken
            if here is not None:
                vars(here).update(kept)
        lab.check_stopped()
        if wait is None:
            for join in one.joins:
                self.wake(join)
        else:
            wait.thread = one
            self._set_timer(wait)

    def take(self, row: Row) -> None:
        """What the thread that runs asks event loops for is caused by this row from now on."""
        if row.run is not None:
            self._taken.append((row.run, row.run.task))
            row.run.task = row.number

    def _begin(self, here: Any, loop: Any, one: Played) -> Any:
        """What is recorded now counts as the thread's. In the middle of a task's step it is recorded after that."""
        if here is None:
            return None
        kept = {"task_number": here.task_number, "emit": here.emit}
        of_loop = functools.partial(type(here).task_number, here)
        here.task_number = lambda: one.row.number if events._get_running_loop() is None else of_loop()
        run = None if loop is None else getattr(loop, "_interleave", None)
        if run is not None and run.began and here.emit != self._keep:
            self._emit, here.emit = here.emit, self._keep
        return kept

    def _keep(self, row: str) -> None:
        if row.startswith("{"):
            # Definitions have no time.
            self._emit(row)
        else:
            self._rows.append(row[row.index(",") :])

    def record(self) -> None:
        """Between two steps: records what threads did within the last one."""
        here = state.here
        if here is not None and self._rows and here.emit != self._keep:
            rows, self._rows = self._rows, []
            for row in rows:
                here.emit(f"[{here.now()}{row}")

    # The end.

    def finish(self) -> None:
        """Waits, after the end of the program, for its threads, except daemons."""
        if not self.started:
            return
        concurrent.futures.thread._python_exit()
        for one in self.started:
            if not one.thread.daemon:
                one.thread.join()

    def throw_away(self) -> None:
        """Those that are left, and what only they know, neither clean up nor are told of."""
        left = [one.coroutine for one in self.started if not one.over]
        concurrent.futures.thread._threads_queues.clear()  # type: ignore[attr-defined]
        for known in (self.started, self.idle, self._ready, self._timers):
            known.clear()
        if not left:
            return
        gc.collect()
        self.lab.muted = True
        while left:
            for _ in range(_PATIENCE):
                try:
                    left[-1].close()
                    break
                except BaseException:
                    continue
            left.pop()
        gc.collect()
        self.lab.muted = False


def _change_loop(loop: Any, other: Any, its_task: Any) -> Any:
    """Another event loop is the running one, with its own current task; returns that of the former."""
    task = _swap(loop, None) if loop is not None else None
    events._set_running_loop(other)
    if other is not None:
        _swap(other, its_task)
    return task


async def _run(threads: Threads, thread: Any) -> None:
    """A thread, from its beginning to its end."""
    error: BaseException | None = None
    try:
        await resumable.call(thread.run)
    except BaseException as caught:
        if threads.lab.silent or isinstance(caught, GeneratorExit):
            raise
        error = caught
        threading.excepthook(threading.ExceptHookArgs([type(caught), caught, caught.__traceback__, thread]))
    thread.lab_played.row.end(error)


def _words(wait: Wait, one: Played, here: Any, lab: Session) -> str:
    """The end of a step in the recording: what the thread waits for."""
    site = 0
    it = one.coroutine
    while it is not None:
        frame = getattr(it, "cr_frame", None) or getattr(it, "ag_frame", None)
        if frame is not None and places.owner(frame.f_code.co_filename) == places.USER:
            site = here.places.of_frame(frame)
        it = resumable.awaited(it)
    if wait.sleeps and wait.until is not None:
        return f'"sleep",{site},0,{here.now() + wait.until - lab.clock.now()}'
    return f'"thread",{site},0'


class Work:
    """A call in a pool, with a row of its own."""

    def __init__(self, threads: Threads, call: Callable[..., Any]) -> None:
        self.threads, self.call = threads, call
        self.row = Row(f"thread: {_name(call)}")

    def begin(self) -> Row | None:
        """Its thread records what it does in its row."""
        self.row.emit('"start"')
        one = self.threads.current
        if one is None:
            return None
        outer, one.row = one.row, self.row
        self.threads.take(self.row)
        return outer

    def end(self, outer: Row | None, error: BaseException | None) -> None:
        self.row.end(error)
        one = self.threads.current
        if one is not None and outer is not None:
            # What the thread does before its next step, such as setting the result, still belongs to this call.
            one.row = outer

    def __call__(self, *args: Any, **named: Any) -> Any:
        outer = self.begin()
        problem: BaseException | None = None
        try:
            return self.call(*args, **named)
        except BaseException as error:
            problem = error
            raise
        finally:
            self.end(outer, problem)
            problem = None


def _name(call: Any) -> str:
    while hasattr(call, "func"):
        # `to_thread` calls through a context.
        call = call.args[0] if call.args and getattr(call.func, "__name__", "") == "run" else call.func
    return str(getattr(call, "__name__", type(call).__name__))


def install(patches: Patches, lab: Session) -> None:
    """Replaces real threads by played ones."""
    threads = lab.threads
    main = threading.main_thread()
    clock = lab.clock

    def start(self: Any) -> None:
        if hasattr(self, "lab_played"):
            raise RuntimeError("threads can only be started once")
        threads.start(self)

    @suspends
    def join(self: Any, timeout: float | None = None) -> Generator[Wait, None, None]:
        if self is current_thread():
            raise RuntimeError("cannot join current thread")
        if not hasattr(self, "lab_played"):
            raise RuntimeError("cannot join thread before it is started")
        until = None if timeout is None else clock.now() + round(max(timeout, 0) * NS)
        if not self.lab_played.over:
            wait = Wait(until)
            self.lab_played.joins.append(wait)
            yield wait

    def is_alive(self: Any) -> bool:
        return self is main or (hasattr(self, "lab_played") and not self.lab_played.over)

    def represent(self: Any) -> str:
        status = "started" if is_alive(self) else "stopped" if hasattr(self, "lab_played") else "initial"
        number = "" if self.ident is None else f" {self.ident}"
        return f"<{type(self).__name__}({self.name}, {status}{' daemon' if self.daemon else ''}{number})>"

    def enumerate_threads() -> list[Any]:
        return [main, *(one.thread for one in threads.started if not one.over)]

    def current_thread() -> Any:
        return main if threads.current is None else threads.current.thread

    def start_new_thread(function: Callable[..., Any], args: Any, kwargs: Any = None) -> Any:
        thread = threading.Thread(target=function, args=args, kwargs=kwargs, daemon=True)
        thread.start()
        return thread.ident

    def submit(self: Any, fn: Callable[..., Any], /, *args: Any, **more: Any) -> Any:
        work = Work(threads, fn)
        future: Any = _submit(self, work, *args, **more)
        #: The row in the recording for which the future's waiters wait.
        future.il_number = work.row.number
        return future

    thread: Any = threading.Thread
    for name, value in (("start", start), ("join", join), ("is_alive", is_alive), ("__repr__", represent)):
        patches.put(thread, name, value)
    for name, value in (
        ("enumerate", enumerate_threads),
        ("active_count", lambda: len(enumerate_threads())),
        ("current_thread", current_thread),
        ("get_ident", lambda: current_thread().ident),
        ("get_native_id", lambda: current_thread().native_id),
        ("_counter", itertools.count(1).__next__),
        ("_time", times.monotonic),
        ("local", _threading_local.local),
    ):
        patches.put(threading, name, value)
    patches.put(_threading_local, "current_thread", current_thread)
    for name in ("start_new_thread", "start_new"):
        patches.put(_thread, name, start_new_thread)
    patches.put(_thread, "get_ident", threading.get_ident)
    patches.put(queue, "time", times.monotonic)
    patches.put(queue, "SimpleQueue", queue._PySimpleQueue)  # type: ignore[attr-defined]
    patches.put(_pool, "submit", submit)
    patches.put(_pool, "_counter", itertools.count().__next__)
    patches.put(concurrent.futures, "ProcessPoolExecutor", ProcessPoolExecutor)
    if "concurrent.futures.process" in sys.modules:
        patches.put(sys.modules["concurrent.futures.process"], "ProcessPoolExecutor", ProcessPoolExecutor)
    thread_locks.install(patches)
    patches.put(concurrent.futures.thread, "_global_shutdown_lock", threading.Lock())
    resumable.install(patches.put)


def prepare() -> None:
    """Makes coroutines beforehand of functions that threads usually call, so that no run has to."""
    pools, base = concurrent.futures.thread, concurrent.futures._base
    kinds = [threading.Thread.run, threading.Condition, threading.Event, threading.Semaphore, threading.Barrier, threading.Timer.run]
    kinds += [queue.Queue, queue._PySimpleQueue]  # type: ignore[attr-defined]
    kinds += [pools.ThreadPoolExecutor, pools._WorkItem, pools._worker, Work]
    kinds += [base.Executor, base.Future, base.wait, base.as_completed]
    resumable.prepare(kinds)


class ProcessPoolExecutor(_pool):  # type: ignore[misc]
    """`concurrent.futures.ProcessPoolExecutor`: its processes are played as threads."""

    def __init__(self, max_workers: int | None = None, mp_context: Any = None, initializer: Any = None, initargs: Any = (), **more: Any) -> None:
        super().__init__(max_workers or PROCESSORS, "Process", initializer, initargs)

    def map(self, fn: Any, *iterables: Any, timeout: float | None = None, chunksize: int = 1, **more: Any) -> Any:
        return super().map(fn, *iterables, timeout=timeout)


ProcessPoolExecutor.__module__ = "concurrent.futures"
