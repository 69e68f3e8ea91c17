"""Played threads: a call runs to its end when its thread starts, on a clock of its own that its sleeps move ahead.

There is one real thread. The event loop and other threads learn that the call has ended when the run's clock reaches that
instant. In the recording a thread is a row of its own, which waits while it sleeps.

A thread that blocks on what another thread, or the event loop, does later is suspended. If it has had no visible effect but
prints, it is played again from its start, at the same instant, once another thread depends on it. Otherwise it stays where it
is, and a thread that depends on it gets an error that says so.
"""

from __future__ import annotations

import _threading_local
import asyncio
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

from . import current, purity, thread_locks, thread_queues
from .clock import NS

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches

    from .session import Session

#: As many processors as the lab says that there are.
PROCESSORS = 4
_run_threadsafe = asyncio.run_coroutine_threadsafe
#: The end of a suspended thread: it is not known yet.
_NEVER = 1 << 62


class Suspended(BaseException):
    """Raised in a thread that blocks on a lock, queue or event that no earlier thread has released, filled or set."""

    def __init__(self, in_loop: bool = False) -> None:
        super().__init__()
        #: Whether it runs an event loop that has nothing to do: it can run it again.
        self.in_loop = in_loop


class Threads:
    """Starts played threads."""

    def __init__(self, lab: Session) -> None:
        self.lab = lab
        #: The thread that is being played, from the outermost.
        self.playing: list[Any] = []
        #: All that the program has started, in that order.
        self.started: list[Any] = []
        #: Suspended threads, and when each began; `None` for one that runs an event loop, which can continue at any time.
        self._suspended: list[tuple[Any, int | None]] = []
        #: Timers that have not rung, by their times.
        self.alarms: list[tuple[int, int, Any]] = []
        self._ringing = False
        #: Whether the thread that is being played has taken something from a queue, and whether it has waited with success.
        self.took = self.waited = False

    def alive(self) -> list[Any]:
        """Those that run now."""
        now = self.lab.clock.now()
        return [one for one in self.started if one.lab_end > now]

    # Suspended threads.

    def wait_for_others(self) -> None:
        """Plays suspended threads, one of which must do what is needed now; raises if none can be played further."""
        if self.playing:
            self.suspend()
        if not self.catch_up():
            raise RuntimeError(thread_locks.LATER)

    def suspend(self, in_loop: bool = False) -> None:
        """Suspends the thread that is being played."""
        self.lab.later.muted = True
        raise Suspended(in_loop)

    def catch_up(self) -> bool:
        """Plays the suspended threads; whether one of them is no longer suspended."""
        suspended, self._suspended = self._suspended, []
        before = len(suspended)
        for thread, begin in suspended:
            self.run(thread, self.lab.clock.now() if begin is None else begin)
        self._wait()
        return len(self._suspended) < before

    def _wait(self) -> None:
        self.lab.later.waits = any(begin is not None for _, begin in self._suspended)
        self.lab.later.come()

    def run(self, thread: Any, begin: int) -> None:
        """Plays a thread of the program's from an instant on."""
        lab, clock = self.lab, self.lab.clock
        later = lab.later
        kept = later.daemon, later.written, later.known, later.muted, self.took, self.waited
        self.took = self.waited = False
        later.daemon, later.written, later.known, later.muted = thread.daemon, [], getattr(thread, "lab_written", []), False
        thread.lab_end = _NEVER
        thread.lab_passed, thread.lab_asked = {}, 0
        # Python's own `run` forgets these.
        kept_call = {name: vars(thread).get(name) for name in ("_target", "_args", "_kwargs")}
        try:
            call = self.play(f"thread: {thread.name}", thread.run, begin, thread, getattr(thread, "lab_number", 0))
            thread.lab_number = call.number
            if isinstance(call.error, Suspended) or later.muted:
                if not call.acted:
                    vars(thread).update(kept_call)
                    thread.lab_written = max(later.written, later.known, key=len)
                    in_loop = getattr(call.error, "in_loop", False)
                    thread.lab_began = in_loop
                    self._suspended.append((thread, None if in_loop else begin))
                    later.waits = later.waits or not in_loop
                return
            thread.lab_end = call.end
            if call.error is not None and not isinstance(call.error, SystemExit):
                error = call.error
                outer, clock.ahead = clock.ahead, call.end
                try:
                    threading.excepthook(threading.ExceptHookArgs([type(error), error, error.__traceback__, thread]))
                finally:
                    clock.ahead = outer
        finally:
            later.daemon, later.written, later.known, later.muted, self.took, self.waited = kept

    def has_suspended(self) -> bool:
        """Whether a thread is still suspended: no other thread will wake it."""
        return any(one.lab_end == _NEVER for one in self.started)

    # Timers.

    def set_alarm(self, timer: Any) -> None:
        """A `threading.Timer` is played when it rings: until then it can be cancelled."""
        timer.lab_end = self.lab.clock.now() + round(timer.interval * NS)
        heapq.heappush(self.alarms, (timer.lab_end, len(self.started), timer))

    def ring(self) -> None:
        """Plays the timers whose time has come."""
        while self.alarms and not self._ringing and self.alarms[0][0] <= self.lab.clock.ns:
            self._ringing = True
            try:
                at, _, timer = heapq.heappop(self.alarms)
                if not timer.finished.is_set():
                    timer.interval = 0
                    self.run(timer, at)
            finally:
                self._ringing = False

    def finish(self) -> None:
        """The program is over: waits for its threads, but for daemons."""
        while self._suspended and self.catch_up():
            pass
        while any(not timer.daemon and not timer.finished.is_set() for _, _, timer in self.alarms):
            self.lab.clock.move_to(self.alarms[0][0])
        ends = [one.lab_end for one in self.started if not one.daemon]
        self.lab.clock.move_to(max([end for end in ends if end != _NEVER], default=0))
        self.lab.later.come()
        if _NEVER in ends:
            raise RuntimeError(thread_locks.LATER)

    def pool(self) -> Pool:
        """An event loop's own executor."""
        return Pool(None, "asyncio")

    def made(self, name: str) -> threading.Thread:
        """A thread that only has a name and a number, for code that asks for them."""
        thread = threading.Thread(name=name, daemon=False)
        self.begin(thread)
        return thread

    def begin(self, thread: Any) -> None:
        """Numbers it."""
        thread._ident = 1000 + self.lab.next_thread()
        thread._native_id = thread._ident

    def play(self, name: str, call: Callable[[], Any], begin: int, thread: Any, known: int = 0) -> Call:
        """Runs a call in a thread of its own from an instant on; `known` is its row, if that has been played before."""
        lab = self.lab
        here = state.here
        loop = events._get_running_loop()
        run: Any = None if loop is None else getattr(loop, "_interleave", None)
        played = Call(known or (here.next_task() if here is not None and run is not None else 0))
        number = played.number
        if here is not None and number and not known:
            site = here.places.of_caller(sys._getframe(1))
            here.emit(f'[{here.now()},{number},"created",{run.number},{run.task or "null"},{quoted(name)},{site}]')
        outer, lab.clock.ahead = lab.clock.ahead, begin
        with lab.rows.held(number):
            if here is not None and number and not getattr(thread, "lab_began", False):
                here.emit(f'[{here.now()},{number},"start"]')
            events._set_running_loop(None)
            self.playing.append((thread, number))
            try:
                # As in CPython, it begins with an empty one.
                played.result = contextvars.Context().run(call)
            except SystemExit as stop:
                if lab.stopped is not None:
                    raise
                played.error = stop
            except Suspended as suspended:
                played.error = suspended
                played.acted = self.took or purity.has_acted(suspended.__traceback__, self.waited)
            except BaseException as error:
                played.error = error
            finally:
                self.playing.pop()
                events._set_running_loop(loop)
                played.end = lab.clock.now()
                if isinstance(played.error, Suspended):
                    lab.rows.undone = not (played.acted or played.error.in_loop)
                elif here is not None and number:
                    word = '"ok"' if played.error is None else f'"error",{quoted(_words(played.error))},[]'
                    here.emit(f'[{here.now()},{number},"end",{word}]')
                    here.emit(f'[{here.now()},{number},"step",0]')
                lab.clock.ahead = outer
        return played

    def slept(self, until: int, frame: Any) -> None:
        """The thread that is being played sleeps."""
        self.waited = True
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
        #: Whether it has done something that others can notice, before it was suspended.
        self.acted = True
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
        end = None if timeout is None else self._lab.clock.now() + round(timeout * NS)

        def results() -> Iterator[Any]:
            try:
                for future in futures:
                    yield future.result(None if end is None else max(end - self._lab.clock.now(), 0) / NS)
            finally:
                for future in futures:
                    future.cancel()

        return results()

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
            if isinstance(future.call.error, Suspended):
                # A pool's thread is not played again.
                future.call.error = RuntimeError(thread_locks.LATER)
                lab.later.muted = False
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
    thread_queues.install(patches)


def _install_threads(patches: Patches, threads: Threads) -> None:
    clock = threads.lab.clock
    main = threading.main_thread()

    def start(self: Any) -> None:
        if hasattr(self, "lab_end"):
            raise RuntimeError("threads can only be started once")
        threads.begin(self)
        threads.started.append(self)
        if isinstance(self, threading.Timer):
            threads.set_alarm(self)
        else:
            threads.run(self, clock.now())

    def join(self: Any, timeout: float | None = None) -> None:
        if self is current_thread():
            raise RuntimeError("cannot join current thread")
        if not hasattr(self, "lab_end"):
            raise RuntimeError("cannot join thread before it is started")
        while self.lab_end == _NEVER and timeout is None:
            threads.wait_for_others()
        if isinstance(self, threading.Timer) and self.finished.is_set():
            return
        left = max(self.lab_end - clock.now(), 0) / NS
        threads.lab.sleep(left if timeout is None else min(left, max(timeout, 0)), sys._getframe(1))

    def is_alive(self: Any) -> bool:
        return self is main or getattr(self, "lab_end", -1) > clock.now()

    def represent(self: Any) -> str:
        status = "started" if is_alive(self) else "stopped" if hasattr(self, "lab_end") else "initial"
        number = "" if self.ident is None else f" {self.ident}"
        return f"<{type(self).__name__}({self.name}, {status}{' daemon' if self.daemon else ''}{number})>"

    def enumerate_threads() -> list[Any]:
        return [main, *threads.alive()]

    def current_thread() -> Any:
        return threads.playing[-1][0] if threads.playing else main

    def wait(self: Any, timeout: float | None = None) -> bool:
        kept = self._release_save()
        try:
            if timeout is None:
                if threads.playing:
                    current_thread().lab_condition = self
                # What uses a condition looks again whether it holds.
                threads.wait_for_others()
                return True
            threads.lab.sleep(max(timeout, 0), sys._getframe(1))
            return False
        finally:
            self._acquire_restore(kept)

    def notify(self: Any, n: int = 1) -> None:
        notify_before(self, n)
        self.lab_notified = clock.now()

    def enter(self: Any) -> Any:
        entered = enter_before(self)
        if threads.playing and getattr(current_thread(), "lab_condition", None) is self:
            # In an earlier attempt the thread has waited here, and this has ended its wait.
            threads.lab.sleep(max(getattr(self, "lab_notified", 0) - clock.now(), 0) / NS, sys._getframe(1))
        return entered

    def run_coroutine_threadsafe(coro: Any, loop: Any) -> Any:
        """A thread that is played again gets the futures that it got before."""
        thread = threads.playing[-1][0] if threads.playing else None
        asked = [] if thread is None else vars(thread).setdefault("lab_futures", [])
        if thread is not None:
            thread.lab_asked = getattr(thread, "lab_asked", 0) + 1
            if thread.lab_asked <= len(asked):
                coro.close()
                return asked[thread.lab_asked - 1]
        future: Any = _run_threadsafe(coro, loop)
        result = future.result

        def wait_for_result(timeout: float | None = None) -> Any:
            if not future.done():
                if threads.playing:
                    threads.suspend()
                threads.catch_up()
                if not future.done():
                    raise RuntimeError(thread_locks.LATER)
            left = max(future.lab_done - clock.now(), 0) / NS
            threads.lab.sleep(left if timeout is None else min(left, max(timeout, 0)), sys._getframe(1))
            if timeout is not None and timeout < left:
                raise TimeoutError
            return result()

        def done(_: Any) -> None:
            future.lab_done = clock.now()
            running = events._get_running_loop()
            if running is not None and not threads.playing:
                running.call_soon(threads.catch_up)

        future.result = wait_for_result
        future.add_done_callback(done)
        if thread is not None:
            asked.append(future)
        return future

    for module in (asyncio, asyncio.tasks):
        patches.put(module, "run_coroutine_threadsafe", run_coroutine_threadsafe)
    patches.put(_threading_local, "current_thread", current_thread)
    patches.put(threading, "local", _threading_local.local)

    for name, value in (("start", start), ("join", join), ("is_alive", is_alive), ("__repr__", represent)):
        patches.put(threading.Thread, name, value)
    patches.put(threading, "enumerate", enumerate_threads)
    patches.put(threading, "active_count", lambda: len(enumerate_threads()))
    patches.put(threading, "current_thread", current_thread)
    patches.put(threading, "get_ident", lambda: current_thread().ident)
    patches.put(threading, "get_native_id", lambda: current_thread().native_id)
    patches.put(threading, "_counter", itertools.count(1).__next__)
    condition: Any = threading.Condition
    notify_before, enter_before = condition.notify, condition.__enter__
    for name, value in (("wait", wait), ("notify", notify), ("__enter__", enter)):
        patches.put(condition, name, value)
