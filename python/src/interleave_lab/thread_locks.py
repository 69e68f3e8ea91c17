"""Locks of played threads. Conditions, events, semaphores, barriers and queues are CPython's own, which are made of these."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from . import current
from .clock import NS
from .resumable import suspends

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches


#: How many times in one instant something can be polled before time passes, and how much passes, in nanoseconds.
_POLLS, _POLL = 100, 50_000


class Wait:
    """What a thread waits for: to be woken, or an instant."""

    __slots__ = ("until", "over", "late", "thread", "sleeps")

    def __init__(self, until: int | None = None, sleeps: bool = False) -> None:
        self.until = until
        #: Whether the wait has ended, and whether its instant has ended it.
        self.over = self.late = False
        #: The thread that is suspended; `None` while one waits on the stack.
        self.thread: Any = None
        self.sleeps = sleeps


class Lock:
    """`threading.Lock`."""

    _kind = "_thread.lock"

    def __init__(self) -> None:
        #: The thread that holds it, and how often.
        self._owner: Any = None
        self._count = 0
        self._waits: deque[Wait] = deque()
        #: How many times, and when last, it was not free at once.
        self._polls = self._polled = 0
        #: The run that this belongs to. A module that outlives the run may keep the lock.
        self._run = current.count

    @suspends
    def acquire(self, blocking: bool = True, timeout: float = -1) -> Generator[Wait, None, bool]:
        if not blocking and timeout != -1:
            raise ValueError("can't specify a timeout for a non-blocking call")
        if timeout < 0 and timeout != -1:
            raise ValueError("timeout value must be a non-negative number")
        if self._run != current.count:
            self._run, self._owner, self._count = current.count, None, 0
            self._waits.clear()
        lab = current.lab
        until = None if timeout < 0 or lab is None else lab.clock.now() + math.ceil(timeout * NS)
        again = False
        while self._count:
            if not blocking:
                yield from self._let_others()
                return False
            wait = Wait(until)
            # Another thread took it before the one that was woken.
            (self._waits.appendleft if again else self._waits.append)(wait)
            again = True
            yield wait
            if wait.late:
                self._waits.remove(wait)
                return False
        self._owner, self._count = threading.current_thread(), 1
        return True

    def _let_others(self) -> Generator[Wait, None, None]:
        """A thread that polls at one instant again and again would wait forever: after some polls, time passes."""
        lab = current.lab
        if lab is None:
            return
        now = lab.clock.now()
        self._polls = self._polls + 1 if now == self._polled else 0
        self._polled = now
        if self._polls > _POLLS:
            yield Wait(now + _POLL, sleeps=True)

    def release(self) -> None:
        if not self._count:
            raise RuntimeError("release unlocked lock")
        self._free()

    def _free(self) -> None:
        self._owner, self._count = None, 0
        if self._waits:
            current.the_lab().threads.wake(self._waits.popleft())

    def locked(self) -> bool:
        return self._count > 0

    @suspends
    def __enter__(self) -> Generator[Wait, None, bool]:
        got: bool = yield from self.acquire.lab_steps(self)
        return got

    def __exit__(self, *exc: object) -> None:
        self.release()

    def _at_fork_reinit(self) -> None:
        self._owner, self._count = None, 0

    def __repr__(self) -> str:
        return f"<{'locked' if self._count else 'unlocked'} {self._kind} object at {hex(id(self))}>"


_acquire: Any = getattr(Lock.acquire, "lab_steps")


class RLock(Lock):
    """`threading.RLock`."""

    _kind = "_thread.RLock"

    @suspends
    def acquire(self, blocking: bool = True, timeout: float = -1) -> Generator[Wait, None, bool]:
        if self._count and self._owner is threading.current_thread() and self._run == current.count:
            self._count += 1
            return True
        got: bool = yield from _acquire(self, blocking, timeout)
        return got

    def release(self) -> None:
        if not self._is_owned():
            raise RuntimeError("cannot release un-acquired lock")
        self._count -= 1
        if not self._count:
            self._free()

    # The interface for a condition.

    def _is_owned(self) -> bool:
        return self._count > 0 and self._owner is threading.current_thread()

    def _release_save(self) -> int:
        count = self._count
        self._free()
        return count

    @suspends
    def _acquire_restore(self, count: int) -> Generator[Wait, None, None]:
        yield from _acquire(self)
        self._count = count

    def __repr__(self) -> str:
        owner = 0 if self._owner is None else self._owner.ident
        return f"<{'locked' if self._count else 'unlocked'} {self._kind} object owner={owner} count={self._count} at {hex(id(self))}>"


for _type in (Lock, RLock):
    _type.__module__, _type.__qualname__ = _type._kind.split(".")


def install(patches: Patches) -> None:
    """Replaces the real locks by these."""
    for name, kind in (("Lock", Lock), ("_allocate_lock", Lock), ("RLock", RLock), ("_CRLock", RLock)):
        patches.put(threading, name, kind)
