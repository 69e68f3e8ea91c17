"""Played threads: a call runs to its end when its thread starts, on a clock of its own that its sleeps move ahead.

There is one real thread. The event loop and other threads learn that the call has ended when the run's clock reaches that
instant. In the recording a thread is a row of its own, which waits while it sleeps.

A thread cannot wait for something that another thread, or the event loop, does later: that raises an error.
"""

from __future__ import annotations

import concurrent.futures
import contextvars
import functools
import heapq
import itertools
import sys
import threading
from asyncio import events
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from interleave_recorder import state
from interleave_recorder.text import quoted

from . import current, thread_locks
from .clock import NS

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches

    from .session import Session

#: As many processors as the lab says that there are.
PROCESSORS = 4


class Threads:
    """Starts played threads."""

    def __init__(self, lab: Session) -> None:
        self.lab = lab
        #: The thread that is being played, from the outermost.
        self.playing: list[Any] = []

    def pool(self) -> Pool:
        """An event loop's own executor."""
        return Pool(None, "asyncio")

    def made(self, name: str) -> threading.Thread:
        """A thread that only has a name and a number, for code that asks for them."""
        thread = threading.Thread(name=name, daemon=True)
        self.begin(thread)
        return thread

    def begin(self, thread: Any) -> None:
        """Numbers it."""
        thread._ident = 1000 + self.lab.next_thread()
        thread._native_id = thread._ident

    def play(self, name: str, call: Callable[[], Any], begin: int, thread: Any) -> Call:
        """Runs a call in a thread of its own from an instant on."""
        lab = self.lab
        here = state.here
        loop = events._get_running_loop()
        run: Any = None if loop is None else getattr(loop, "_interleave", None)
        played = Call(here.next_task() if here is not None and run is not None else 0)
        number = played.number
        if here is not None and number:
            site = here.places.of_caller(sys._getframe(1))
            here.emit(f'[{here.now()},{number},"created",{run.number},{run.task or "null"},{quoted(name)},{site}]')
        outer, lab.clock.ahead = lab.clock.ahead, begin
        with lab.rows.held(number):
            if here is not None and number:
                here.emit(f'[{here.now()},{number},"start"]')
            events._set_running_loop(None)
            self.playing.append((thread, number))
            try:
                # What it sets in its context stays there.
                played.result = contextvars.copy_context().run(call)
            except SystemExit as stop:
                if lab.stopped is not None:
                    raise
                played.error = stop
            except BaseException as error:
                played.error = error
            finally:
                self.playing.pop()
                events._set_running_loop(loop)
                played.end = lab.clock.now()
                if here is not None and number:
                    word = '"ok"' if played.error is None else f'"error",{quoted(_words(played.error))},[]'
                    here.emit(f'[{here.now()},{number},"end",{word}]')
                    here.emit(f'[{here.now()},{number},"step",0]')
                lab.clock.ahead = outer
        return played

    def slept(self, until: int, frame: Any) -> None:
        """The thread that is being played sleeps."""
        here = state.here
        number = self.playing[-1][1] if self.playing else 0
        if here is not None and number:
            at = here.now()
            site = here.places.of_caller(frame)
            here.emit(f'[{at},{number},"step",0,"sleep",{site},0,{at + until - self.lab.clock.now()}]')


class Call:
    """A call in a played thread: its result or error, and when it ended."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.result: Any = None
        self.error: BaseException | None = None
        #: When it is over.
        self.end = 0


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


class PoolFuture(Future):  # type: ignore[type-arg]
    """The future of a call in a pool. Asking for its result blocks until the call has ended."""

    def __init__(self, pool: Pool) -> None:
        super().__init__()
        self.pool = pool
        self.call: Call | None = None
        self.order = 0

    @property
    def il_number(self) -> int:
        """The thread's row in the recording."""
        return 0 if self.call is None else self.call.number

    def result(self, timeout: float | None = None) -> Any:
        self.pool.wait_for(self, timeout)
        return super().result(0)

    def exception(self, timeout: float | None = None) -> Any:
        self.pool.wait_for(self, timeout)
        return super().exception(0)

    def done(self) -> bool:
        self.pool.finish_until_now()
        return super().done()


class Pool(concurrent.futures.Executor):
    """Thread and process pools."""

    def __init__(self, workers: int | None = None, prefix: str = "") -> None:
        self._lab = current.the_lab()
        self._prefix = prefix or f"ThreadPoolExecutor-{self._lab.next_pool()}"
        #: Threads without work, and how many there are.
        self._free: list[tuple[int, threading.Thread]] = []
        self._threads = 0
        self._max_workers = workers or min(32, PROCESSORS + 4)
        #: Those that run: when each ends.
        self._running: list[tuple[int, int, PoolFuture, tuple[int, threading.Thread]]] = []
        #: Those that no thread is free for yet.
        self._waiting: deque[tuple[PoolFuture, str, Callable[[], Any]]] = deque()
        self._made = 0
        self._closed = False
        self._idle: list[Any] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> PoolFuture:
        if self._closed:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future = PoolFuture(self)
        self._waiting.append((future, _name(fn, args), functools.partial(fn, *args, **kwargs)))
        self.finish_until_now()
        self._start()
        return future

    def map(self, fn: Callable[..., Any], *iterables: Iterable[Any], timeout: float | None = None, chunksize: int = 1, **more: Any) -> Iterator[Any]:
        futures = [self.submit(fn, *args) for args in zip(*iterables)]
        return (future.result() for future in futures)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._closed = True
        if cancel_futures:
            for future, _, _ in self._waiting:
                future.cancel()
            self._waiting.clear()
        while wait and self._running:
            self._finish_next()

    async def idle(self, loop: Any) -> None:
        """Waits until no call is left."""
        while self._running or self._waiting:
            future = loop.create_future()
            self._idle.append(future)
            await future

    # Calls in their order.

    def _start(self) -> None:
        lab = self._lab
        while self._waiting and len(self._running) < self._max_workers:
            future, name, call = self._waiting.popleft()
            if not future.set_running_or_notify_cancel():
                continue
            worker = self._worker()
            future.call = lab.threads.play(f"thread: {name}", call, lab.clock.now(), worker[1])
            self._made += 1
            future.order = self._made
            heapq.heappush(self._running, (future.call.end, self._made, future, worker))
            loop = events._get_running_loop()
            if loop is not None:
                # Set as the thread's task, so that the tasks which await the call are recorded as woken by it.
                loop.call_at(future.call.end / NS, self.finish_until_now)

    def _worker(self) -> tuple[int, threading.Thread]:
        if self._free:
            return heapq.heappop(self._free)
        self._threads += 1
        return self._threads, self._lab.threads.made(f"{self._prefix}_{self._threads - 1}")

    def finish_until_now(self) -> None:
        """Tells of all calls that are over by now."""
        while self._running and self._running[0][0] <= self._lab.clock.now():
            self._finish_next()

    def _finish_next(self) -> None:
        end, _, future, worker = heapq.heappop(self._running)
        heapq.heappush(self._free, worker)
        self._lab.clock.move_to(end)
        call = future.call
        if call is None:
            return
        run = state.here.run() if state.here is not None else None
        before = 0 if run is None else run.task
        if run is not None:
            run.task = call.number or before
        try:
            if call.error is not None:
                future.set_exception(call.error)
            else:
                future.set_result(call.result)
        finally:
            if run is not None:
                run.task = before
        self._start()
        if not self._running:
            for waiter in self._idle:
                if not waiter.done():
                    waiter.set_result(None)
            self._idle.clear()

    def wait_for(self, future: PoolFuture, timeout: float | None) -> None:
        """Lets time pass until the call is over."""
        clock = self._lab.clock
        until = None if timeout is None else clock.now() + round(timeout * NS)
        while not Future.done(future) and self._running:
            if until is not None and self._running[0][0] > until:
                clock.move_to(until)
                return
            self._finish_next()


class ThreadPoolExecutor(Pool):
    """`concurrent.futures.ThreadPoolExecutor`."""

    def __init__(self, max_workers: int | None = None, thread_name_prefix: str = "", *args: Any, **more: Any) -> None:
        if max_workers is not None and max_workers <= 0:
            raise ValueError("max_workers must be greater than 0")
        super().__init__(max_workers, thread_name_prefix)


class ProcessPoolExecutor(ThreadPoolExecutor):
    """`concurrent.futures.ProcessPoolExecutor`."""

    def __init__(self, max_workers: int | None = None, *args: Any, **more: Any) -> None:
        super().__init__(max_workers or PROCESSORS, "Process")


for _kind in (ThreadPoolExecutor, ProcessPoolExecutor):
    _kind.__module__ = "concurrent.futures"


def _name(function: Any, args: tuple[Any, ...]) -> str:
    if isinstance(function, functools.partial):
        # `to_thread` calls through a context.
        inner = function.args[0] if function.args and getattr(function.func, "__name__", "") == "run" else function.func
        return _name(inner, ())
    return str(getattr(function, "__name__", type(function).__name__))


def _wait(fs: Iterable[Future[Any]], timeout: float | None = None, return_when: str = "ALL_COMPLETED") -> Any:
    every = list(dict.fromkeys(fs))
    done: set[Any] = {one for one in every if one.done()}
    for one in _by_end(every):
        failed = any(not other.cancelled() and other.exception(0) for other in done)
        if done and (return_when == "FIRST_COMPLETED" or (return_when == "FIRST_EXCEPTION" and failed)):
            break
        try:
            one.exception(timeout)
        except concurrent.futures.TimeoutError:
            break
        except concurrent.futures.CancelledError:
            pass
        done.add(one)
    return concurrent.futures._base.DoneAndNotDoneFutures(done, set(every) - done)


def _as_completed(fs: Iterable[Future[Any]], timeout: float | None = None) -> Iterator[Any]:
    left = list(dict.fromkeys(fs))
    while left:
        first = next((one for one in left if one.done()), None) or _by_end(left)[0]
        try:
            first.exception(timeout)
        except concurrent.futures.CancelledError:
            pass
        left.remove(first)
        yield first


def _by_end(futures: list[Any]) -> list[Any]:
    never = 1 << 62
    return sorted(futures, key=lambda one: (one.call.end, one.order) if getattr(one, "call", None) else (never, 0))


def install(patches: Patches, lab: Session) -> None:
    """Puts played threads in the place of real ones."""
    for name, value in (
        ("ThreadPoolExecutor", ThreadPoolExecutor),
        ("ProcessPoolExecutor", ProcessPoolExecutor),
        ("wait", _wait),
        ("as_completed", _as_completed),
    ):
        patches.put(concurrent.futures, name, value)
        module = sys.modules.get("concurrent.futures." + ("process" if "Process" in name else "thread"))
        if module is not None and name.endswith("Executor"):
            patches.put(module, name, value)
    _install_threads(patches, lab.threads)
    thread_locks.install(patches)


def _install_threads(patches: Patches, threads: Threads) -> None:
    clock = threads.lab.clock
    main = threading.main_thread()

    def start(self: Any) -> None:
        if hasattr(self, "lab_end"):
            raise RuntimeError("threads can only be started once")
        threads.begin(self)
        self.lab_end = clock.now()
        call = threads.play(f"thread: {self.name}", self.run, clock.now(), self)
        self.lab_end = call.end
        if call.error is not None and not isinstance(call.error, SystemExit):
            error = call.error
            threading.excepthook(threading.ExceptHookArgs([type(error), error, error.__traceback__, self]))

    def join(self: Any, timeout: float | None = None) -> None:
        if not hasattr(self, "lab_end"):
            raise RuntimeError("cannot join thread before it is started")
        left = max(self.lab_end - clock.now(), 0) / NS
        threads.lab.sleep(left if timeout is None else min(left, max(timeout, 0)), sys._getframe(1))

    def is_alive(self: Any) -> bool:
        return getattr(self, "lab_end", -1) > clock.now()

    def current_thread() -> Any:
        return threads.playing[-1][0] if threads.playing else main

    def wait(self: Any, timeout: float | None = None) -> bool:
        if timeout is None:
            raise RuntimeError(thread_locks.LATER)
        threads.lab.sleep(max(timeout, 0), sys._getframe(1))
        return False

    for name, value in (("start", start), ("join", join), ("is_alive", is_alive)):
        patches.put(threading.Thread, name, value)
    patches.put(threading, "current_thread", current_thread)
    patches.put(threading, "get_ident", lambda: current_thread().ident)
    patches.put(threading, "get_native_id", lambda: current_thread().native_id)
    patches.put(threading, "_counter", itertools.count(1).__next__)
    patches.put(threading.Condition, "wait", wait)
