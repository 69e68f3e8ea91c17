"""The event loop: CPython's own, whose clock jumps to the next timer whenever nothing is ready."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from asyncio import base_events, coroutines, events, tasks
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from interleave_recorder import tasks as recorded
from interleave_recorder.handles import TimerHandle

from .clock import NS

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches

    from .session import Session

_BaseEventLoop: Any = base_events.BaseEventLoop
_made = itertools.count()


class Timer(TimerHandle):
    """Timers that ring at one instant ring in the order in which they were set."""

    __slots__ = ("order",)

    def __init__(self, when: float, callback: Any, args: Any, loop: Any, context: Any) -> None:
        self.order = (when, next(_made))
        super().__init__(when, callback, args, loop, context)

    def __lt__(self, other: Any) -> bool:
        return bool(self.order < other.order)


Timer.__qualname__, Timer.__module__, Timer.__doc__ = "TimerHandle", TimerHandle.__module__, TimerHandle.__doc__


class VirtualEventLoop(_BaseEventLoop):  # type: ignore[misc]
    """An event loop in virtual time. It is its own selector, and has no sockets."""

    lab: Session

    def __init__(self) -> None:
        super().__init__()
        self._selector = self
        self._clock_resolution = 0.5 / NS
        #: Turns since time has passed.
        self._still = 0
        self._default_pool: Any = None

    def time(self) -> float:
        return self.lab.clock.now() / NS

    # As a selector.

    def select(self, timeout: float | None = None) -> tuple[()]:
        """Nothing comes from outside: what remains to wait for is the next timer."""
        lab = self.lab
        lab.go_on()
        if timeout is None:
            lab.deadlock()
        elif timeout > 0:
            self._still = 0
            # By the timer itself: asyncio waits for a day at most.
            lab.move_to(round(self._scheduled[0]._when * NS))
        else:
            self._still += 1
            lab.turn(self._still)
        self._ring()
        if lab.schedule is not None:
            lab.schedule.shuffle(self._ready)
        return ()

    def _ring(self) -> None:
        """Makes ready whose time has come, before asyncio itself would do so."""
        timers = self._scheduled
        now = self.lab.clock.now()
        while timers and round(timers[0]._when * NS) <= now:
            timer = heapq.heappop(timers)
            timer._scheduled = False
            if timer._cancelled:
                self._timer_cancelled_count -= 1
            else:
                self._ready.append(timer)

    def _process_events(self, event_list: Any) -> None:
        pass

    def _write_to_self(self) -> None:
        pass

    # Calls.

    def call_at(self, when: float, callback: Callable[..., Any], *args: Any, context: Any = None) -> Any:
        if when is None:
            raise TypeError("when cannot be None")
        self._check_closed()
        timer = Timer(round(when * NS) / NS, callback, args, self, context)
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True
        return timer

    def call_soon_threadsafe(self, callback: Callable[..., Any], *args: Any, context: Any = None) -> Any:
        ahead = self.lab.clock.ahead
        if ahead is not None and events._get_running_loop() is not self:
            return self.call_at(ahead / NS, callback, *args, context=context)
        return self.call_soon(callback, *args, context=context)

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

    # Threads.

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        self._check_closed()
        if executor is None:
            if self._default_pool is None:
                self._default_pool = self.lab.threads.pool()
            executor = self._default_pool
        return asyncio.wrap_future(executor.submit(func, *args), loop=self)

    def set_default_executor(self, executor: Any) -> None:
        self._default_pool = executor

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        if self._default_pool is not None:
            await self._default_pool.idle(self)

    # Signals.

    def add_signal_handler(self, sig: int, callback: Callable[..., Any], *args: Any) -> None:
        """No signal ever comes."""

    def remove_signal_handler(self, sig: int) -> bool:
        return False


# asyncio's own clean-up is no task of the program.
recorded.HIDDEN.add(id(VirtualEventLoop.shutdown_default_executor.__code__))


async def _refuse(self: Any, *args: Any, **more: Any) -> None:
    raise OSError("the lab has no network: sockets and processes cannot be opened here")


for _name in (
    "getaddrinfo getnameinfo create_connection create_server create_unix_connection create_unix_server "
    "create_datagram_endpoint connect_accepted_socket connect_read_pipe connect_write_pipe subprocess_exec "
    "subprocess_shell sock_connect sock_accept sock_recv sock_recv_into sock_sendall sock_sendfile start_tls sendfile"
).split():
    setattr(VirtualEventLoop, _name, _refuse)

VirtualEventLoop.__module__ = "interleave_lab"


def install(patches: Patches, lab: Session) -> None:
    """Makes it the loop of `asyncio.run` and of all who ask for one."""
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
        """After a stop no clean-up is run: nothing would be told of it."""
        if not lab.silent:
            cancel_all(loop)

    patches.put(asyncio.runners, "_cancel_all_tasks", cancel_all_tasks)
    set_policy = asyncio.set_event_loop_policy

    def set_event_loop_policy(policy: Any) -> None:
        """Others than the lab's have loops that wait for real time."""
        if policy is None or isinstance(policy, Policy):
            set_policy(policy or Policy())

    patches.put(asyncio, "set_event_loop_policy", set_event_loop_policy)
