"""Queues between played threads: an item cannot be had before the instant at which it was put."""

from __future__ import annotations

import queue
import sys
import threading
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from . import current
from .clock import NS

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches

_Queue: Any = queue.Queue
_put, _get, _task_done, _join = _Queue.put, _Queue.get, _Queue.task_done, _Queue.join


def _times(self: Any) -> list[int]:
    """When the items were put, in their order."""
    return self.__dict__.setdefault("lab_times", [])  # type: ignore[no-any-return]


def _now() -> int:
    return 0 if current.lab is None else current.lab.clock.now()


def _sleep_until(at: int) -> None:
    if at > _now():
        current.the_lab().sleep((at - _now()) / NS, sys._getframe(2))


def put(self: Any, item: Any, block: bool = True, timeout: float | None = None) -> None:
    _put(self, item, block, timeout)
    times, now = _times(self), _now()
    place = bisect_right(times, now)
    if place < len(times) and type(self)._put is _Queue._put:
        # A thread that was played before has put others, later.
        self.queue.insert(place, self.queue.pop())
    times.insert(place, now)


SHARED = "the lab plays threads one after the other: it cannot share what is in a queue among several that take from it"


def _check_others(self: Any, since: int) -> None:
    """Another thread that has waited for an item for longer would get it, and would be back at a time that is not known."""
    lab = current.lab
    if lab is None or not lab.threads.playing:
        return
    me = threading.current_thread()
    for one in lab.threads.started:
        if one is not me and getattr(one, "lab_queue", None) is self and one.lab_since < since and one.is_alive():
            lab.stop(SHARED, sys._getframe(2))


def get(self: Any, block: bool = True, timeout: float | None = None) -> Any:
    times, since = _times(self), _now()
    if times:
        _check_others(self, since)
    if times:
        left = times[0] - _now()
        if left > 0 and not block:
            raise queue.Empty
        if timeout is not None and timeout * NS < left:
            _sleep_until(_now() + round(timeout * NS))
            raise queue.Empty
        _sleep_until(times[0])
    if block and timeout is None and current.lab is not None and current.lab.threads.playing:
        me = threading.current_thread()
        me.lab_queue, me.lab_since = self, since  # type: ignore[attr-defined]
        try:
            item = _get(self)
        finally:
            # The thread counts as blocked on the queue, not on the condition within it.
            me.lab_condition = None  # type: ignore[attr-defined]
        me.lab_queue = None  # type: ignore[attr-defined]
    else:
        item = _get(self, block, timeout)
    _sleep_until(times.pop(0))
    if current.lab is not None:
        current.lab.threads.took = True
    return item


def qsize(self: Any) -> int:
    return bisect_right(_times(self), _now())


def empty(self: Any) -> bool:
    return not qsize(self)


def task_done(self: Any) -> None:
    _task_done(self)
    self.lab_done = max(getattr(self, "lab_done", 0), _now())


def join(self: Any) -> None:
    _join(self)
    _sleep_until(getattr(self, "lab_done", 0))


class SimpleQueue(_Queue):  # type: ignore[misc]
    """`queue.SimpleQueue`: the real one waits for real threads."""

    def __init__(self) -> None:
        super().__init__()


SimpleQueue.__module__ = "_queue"


def install(patches: Patches) -> None:
    """Puts them in the place of the real ones."""
    for function in (put, get, qsize, empty, task_done, join):
        patches.put(_Queue, function.__name__, function)
    patches.put(queue, "SimpleQueue", SimpleQueue)
