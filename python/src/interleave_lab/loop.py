"""The event loop: CPython's own, whose clock jumps to the next timer whenever nothing is ready."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from asyncio import base_events, coroutines, events, selector_events, tasks
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from interleave_recorder.handles import TimerHandle

from . import network, sockets
from .clock import NS
from .thread_locks import Wait

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches

    from .session import Session

_BaseEventLoop: Any = selector_events.BaseSelectorEventLoop
#: A timer that never fires: `asyncio.sleep(math.inf)`.
_FOREVER = 1 << 62
#: Fewer cancelled timers than these are not removed before their time.
_FEW = 100


class EpollSelector(network.Selector):
    """Named like that of Linux: asyncio logs the name."""


class VirtualEventLoop(_BaseEventLoop):  # type: ignore[misc]
    """An event loop in virtual time. Its sockets are those of the run's own network."""

    lab: Session

    def __init__(self, selector: Any = None) -> None:
        self._sockets = EpollSelector(self.select)
        super().__init__(self._sockets)
        #: The number of cancelled timers in the list; asyncio counts them.
        self._timer_cancelled_count = 0
        #: Instead of asyncio's `_scheduled`: by time, and for the same time in the order in which they were set.
        self._timers: list[tuple[int, int, Any]] = []
        self._set = itertools.count().__next__
        #: Turns of the loop since the clock last moved.
        self._still = 0

    def time(self) -> float:
        return self.lab.clock.ns / NS

    # The interface of a selector.

    def select(self, timeout: float | None = None) -> tuple[()]:
        """Nothing comes from outside: the loop waits only for the next timer and for other threads."""
        lab = self.lab
        if lab.threads.started:
            lab.threads.drive(self._select_among_threads(timeout))
            return ()
        lab.check_stopped()
        if self._sockets.keys and self._told_of_sockets():
            timeout = 0
        following = self._next_timer() if timeout is None else 0
        if following is None:
            self.is_stuck()
        elif following > lab.clock.now():
            self._still = 0
            lab.clock.move_to(following)
        else:
            self._still += 1
            lab.turn(self._still)
        self._ring()
        if lab.schedule is not None:
            lab.schedule.shuffle(self._ready)
        return ()

    def _select_among_threads(self, timeout: float | None = None) -> Generator[Wait, None, tuple[()]]:
        """The same where there are threads: while this one waits, others continue."""
        lab, threads = self.lab, self.lab.threads
        lab.check_stopped()
        threads.record()
        threads.run_ready()
        if self._told_of_sockets() or self._ready or timeout is not None:
            self._still += 1
            lab.turn(self._still)
        else:
            before, threads.idle[self] = lab.clock.now(), Wait(self._next_timer())
            yield threads.idle[self]
            del threads.idle[self]
            self._still = 0 if lab.clock.now() > before else self._still + 1
            self._told_of_sockets()
        self._ring()
        if lab.schedule is not None:
            lab.schedule.shuffle(self._ready)
        return ()

    def _told_of_sockets(self) -> bool:
        """Calls what waits for sockets that are ready; before the timers, as in asyncio."""
        ready = self._sockets.ready()
        super()._process_events(ready)
        return bool(ready)

    def has_come(self) -> bool:
        """Whether any of its sockets is ready."""
        return bool(self._sockets.keys and self._sockets.ready())

    def is_stuck(self) -> None:
        """The loop would wait forever."""
        if self._sockets.keys and self._sockets.serves():
            self.lab.stop("a server waits for connections, and only the program itself could make one here")
        self.lab.deadlock()

    def _next_timer(self) -> int | None:
        """When the next timer fires."""
        timers = self._timers
        while timers and timers[0][2]._cancelled:
            self._pop_timer()
        return timers[0][0] if timers and timers[0][0] < _FOREVER else None

    def _pop_timer(self) -> Any:
        timer = heapq.heappop(self._timers)[2]
        timer._scheduled = False
        if timer._cancelled:
            self._timer_cancelled_count -= 1
        return timer

    def _ring(self) -> None:
        """Makes the timers ready whose time has come."""
        timers = self._timers
        if self._timer_cancelled_count > max(len(timers) // 2, _FEW):
            timers[:] = [entry for entry in timers if not entry[2]._cancelled]
            heapq.heapify(timers)
            self._timer_cancelled_count = 0
        now = self.lab.clock.now()
        while timers and timers[0][0] <= now:
            timer = self._pop_timer()
            if not timer._cancelled:
                self._ready.append(timer)

    def _process_events(self, event_list: Any) -> None:
        pass

    def _write_to_self(self) -> None:
        """Called when another thread has scheduled a call."""
        wait = self.lab.threads.idle.get(self)
        if wait is not None:
            self.lab.threads.wake(wait)

    def _make_self_pipe(self) -> None:
        """Nothing outside has to wake the loop."""

    def _close_self_pipe(self) -> None:
        pass

    async def getaddrinfo(self, host: Any, port: Any, *, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> Any:
        return network.addresses(host, port, family, type, proto, flags)

    def __repr__(self) -> str:
        # As on Linux.
        return f"<_UnixSelectorEventLoop{super().__repr__()[len(type(self).__name__) + 1:]}"

    # Calls.

    def call_later(self, delay: float, callback: Callable[..., Any], *args: Any, context: Any = None) -> Any:
        if delay is None:
            raise TypeError("delay must not be None")
        if 0 < delay < 1e-9:
            # Rounded to 0 ns, virtual time would stand still: a loop that sleeps for a rounding error would never end.
            delay = 1e-9
        return self.call_at(self.lab.clock.ns / NS + delay, callback, *args, context=context)

    def call_at(self, when: float, callback: Callable[..., Any], *args: Any, context: Any = None) -> Any:
        if when is None:
            raise TypeError("when cannot be None")
        self._check_closed()
        at = round(when * NS) if when < _FOREVER / NS else _FOREVER
        timer: Any = TimerHandle(at / NS, callback, args, self, context)
        heapq.heappush(self._timers, (at, self._set(), timer))
        timer._scheduled = True
        return timer

    def close(self) -> None:
        super().close()
        self._timers.clear()

    def run_until_complete(self, future: Any) -> Any:
        made = coroutines.iscoroutine(future)
        if made and not self.is_running() and events._get_running_loop() is None:
            self._check_closed()
            future = tasks.ensure_future(future, loop=self)
            # As in asyncio: the caller gets its exception.
            future._log_destroy_pending = False
        self.lab.runs(future)
        return super().run_until_complete(future)

    def call_exception_handler(self, context: Any) -> None:
        if not self.lab.silent:
            super().call_exception_handler(context)

    # Signals.

    def add_signal_handler(self, sig: int, callback: Callable[..., Any], *args: Any) -> None:
        """Only the program itself sends signals."""
        self.lab.signals.of_loops[sig] = self, callback, args

    def remove_signal_handler(self, sig: int) -> bool:
        return self.lab.signals.of_loops.pop(sig, None) is not None


# The generator by which a thread is suspended in it.
setattr(VirtualEventLoop.select, "lab_steps", VirtualEventLoop._select_among_threads)


async def _refuse(self: Any, *args: Any, **more: Any) -> None:
    raise OSError(sockets.SAYS)


for _name in (
    "getnameinfo create_unix_connection create_unix_server connect_read_pipe connect_write_pipe subprocess_exec "
    "subprocess_shell sock_sendfile start_tls sendfile"
).split():
    setattr(VirtualEventLoop, _name, _refuse)

VirtualEventLoop.__module__ = "interleave_lab"


def install(patches: Patches, lab: Session) -> None:
    """Makes this the loop of `asyncio.run`, `asyncio.new_event_loop` and their like."""
    patches.put(VirtualEventLoop, "lab", lab)
    base: Any = getattr(events, "_BaseDefaultEventLoopPolicy", None) or getattr(events, "BaseDefaultEventLoopPolicy")

    class Policy(base):  # type: ignore[misc]
        _loop_factory = VirtualEventLoop

    Policy.__name__ = Policy.__qualname__ = "DefaultEventLoopPolicy"
    patches.put(events, "_event_loop_policy", Policy())
    for name in ("SelectorEventLoop", "DefaultEventLoopPolicy", "EventLoop"):
        if hasattr(asyncio, name):
            patches.put(asyncio, name, Policy if "Policy" in name else VirtualEventLoop)
    # Pyodide has its own, which does not wait.
    patches.put(asyncio, "run", asyncio.runners.run)
    cancel_all: Any = getattr(asyncio.runners, "_cancel_all_tasks")

    def cancel_all_tasks(loop: Any) -> None:
        """After a stop there is no clean-up: none of it would be recorded."""
        if not lab.silent:
            cancel_all(loop)

    patches.put(asyncio.runners, "_cancel_all_tasks", cancel_all_tasks)
    set_policy = asyncio.set_event_loop_policy

    def set_event_loop_policy(policy: Any) -> None:
        """Other policies than the lab's have loops that wait for real time."""
        if policy is None or isinstance(policy, Policy):
            set_policy(policy or Policy())

    patches.put(asyncio, "set_event_loop_policy", set_event_loop_policy)
