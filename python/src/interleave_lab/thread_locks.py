"""Locks and events of played threads.

A played thread runs to its end at once, on a clock of its own. When a second thread acquires a lock, the first has therefore
released it already, though perhaps at a later instant than the second thread's own. So a lock keeps the intervals of time in
which it was held, and acquiring it within one waits until that interval ends. An event likewise keeps the instants at which it
was set and cleared.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

from . import current
from .clock import NS

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches

LATER = "the lab plays threads one after the other: this would wait for what another thread is to do later"


def _now() -> int:
    return 0 if current.lab is None else current.lab.clock.now()


def _wait(seconds: float) -> None:
    current.the_lab().sleep(seconds, sys._getframe(2))


class Lock:
    """`threading.Lock`."""

    def __init__(self) -> None:
        #: The thread that holds it, and since when; how many further times it has acquired it, for an `RLock`.
        self._owner: Any = None
        self._since = self._count = 0
        #: The intervals in which it was held, if they are longer than nothing.
        self._held: list[tuple[int, int]] = []
        #: The run that this belongs to. A module that outlives the run may keep the lock.
        self._run = current.count

    def _until(self, now: int) -> int:
        """The first instant from now on at which it is free."""
        for begin, end in sorted(self._held):
            if begin <= now < end:
                now = end
        return now

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if self._run != current.count:
            self._run, self._owner = current.count, None
            self._held.clear()
        while self._owner is not None and blocking and timeout < 0:
            current.the_lab().threads.wait_for_others()
        left = (self._until(_now()) - _now()) / NS
        if self._owner is not None or left:
            if not blocking:
                return False
            enough = 0 <= timeout and (self._owner is not None or timeout < left)
            _wait(timeout if enough else left)
            if enough:
                return False
        self._owner, self._since = threading.current_thread(), _now()
        return True

    def release(self) -> None:
        if self._owner is None:
            raise RuntimeError("release unlocked lock")
        if _now() > self._since:
            self._held.append((self._since, _now()))
        self._owner = None

    def locked(self) -> bool:
        return self._owner is not None or self._until(_now()) > _now()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exc: object) -> None:
        self.release()


class RLock(Lock):
    """`threading.RLock`."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if self._owner is not None and self._owner is threading.current_thread():
            self._count += 1
            return True
        return super().acquire(blocking, timeout)

    def release(self) -> None:
        if self._owner is not threading.current_thread():
            raise RuntimeError("cannot release un-acquired lock")
        if self._count:
            self._count -= 1
        else:
            super().release()

    def _is_owned(self) -> bool:
        return self._owner is threading.current_thread()


class Event:
    """`threading.Event`."""

    def __init__(self) -> None:
        #: When it was set and cleared, in order.
        self._changes: list[tuple[int, bool]] = []

    def is_set(self) -> bool:
        past = [change for change in sorted(self._changes, key=lambda change: change[0]) if change[0] <= _now()]
        return bool(past) and past[-1][1]

    def set(self) -> None:
        self._changes.append((_now(), True))

    def clear(self) -> None:
        self._changes.append((_now(), False))

    def _coming(self) -> int | None:
        """When it is set next, as far as that is known."""
        return min((at for at, is_set in self._changes if is_set and at > _now()), default=None)

    def wait(self, timeout: float | None = None) -> bool:
        if self.is_set():
            if current.lab is not None:
                current.lab.threads.waited = True
            return True
        coming = self._coming()
        while coming is None and timeout is None:
            current.the_lab().threads.wait_for_others()
            coming = _now() if self.is_set() else self._coming()
        left = None if coming is None else (coming - _now()) / NS
        enough = timeout is not None and (left is None or timeout < left)
        _wait(max(timeout or 0, 0) if enough else left or 0)
        return not enough


class Semaphore:
    """`threading.Semaphore`."""

    def __init__(self, value: int = 1) -> None:
        if value < 0:
            raise ValueError("semaphore initial value must be >= 0")
        self._initial = value
        #: When how many permits were taken, or given back.
        self._changes: list[tuple[int, int]] = []

    def _left(self, at: int) -> int:
        return self._initial + sum(change for when, change in self._changes if when <= at)

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        if not blocking and timeout is not None:
            raise ValueError("can't specify timeout for non-blocking acquire")
        limit = None if timeout is None else _now() + round(timeout * NS)
        while self._left(_now()) <= 0:
            given = min((when for when, change in self._changes if change > 0 and when > _now()), default=None)
            if not blocking:
                return False
            if limit is not None and (given is None or given > limit):
                _wait(max(limit - _now(), 0) / NS)
                return False
            if given is None:
                current.the_lab().threads.wait_for_others()
            else:
                _wait((given - _now()) / NS)
        self._changes.append((_now(), -1))
        return True

    def release(self, n: int = 1) -> None:
        if n < 1:
            raise ValueError("n must be one or more")
        self._changes.append((_now(), n))

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exc: object) -> None:
        self.release()


class BoundedSemaphore(Semaphore):
    """`threading.BoundedSemaphore`."""

    def release(self, n: int = 1) -> None:
        if self._left(_now()) + n > self._initial:
            raise ValueError("Semaphore released too many times")
        super().release(n)


class Barrier:
    """`threading.Barrier`. The first threads are suspended; when the last one calls `wait`, all know the time."""

    def __init__(self, parties: int, action: Any = None, timeout: float | None = None) -> None:
        if parties < 1:
            raise ValueError("parties must be >= 1")
        self.parties, self._action = parties, action
        self.broken = False
        #: Of each round: when which thread came.
        self._rounds: dict[int, dict[Any, int]] = {}
        #: How often the main thread has passed.
        self._passed: dict[Any, int] = {}

    def wait(self, timeout: float | None = None) -> int:
        if self.broken:
            raise threading.BrokenBarrierError
        me = threading.current_thread()
        # A thread that is played again counts anew.
        passed = me.__dict__.get("lab_passed", self._passed)
        round_ = passed.get(self, 0)
        came = self._rounds.setdefault(round_, {})
        came[me] = _now()
        while len(came) < self.parties:
            current.the_lab().threads.wait_for_others()
        _wait(max(max(came.values()) - _now(), 0) / NS)
        if self._action is not None and me is max(came, key=lambda one: came[one]):
            self._action()
        passed[self] = round_ + 1
        return sorted(came, key=lambda one: came[one]).index(me)

    @property
    def n_waiting(self) -> int:
        last = self._rounds.get(max(self._rounds, default=0), {})
        return len(last) % self.parties

    def abort(self) -> None:
        self.broken = True

    def reset(self) -> None:
        self.broken = False
        self._rounds.clear()


for _kind in (Lock, RLock, Event, Semaphore, BoundedSemaphore, Barrier):
    _kind.__module__ = "threading"


def install(patches: Patches) -> None:
    """Puts them in the place of the real ones."""
    for kind in (Lock, RLock, Event, Semaphore, BoundedSemaphore, Barrier):
        patches.put(threading, kind.__name__, kind)
