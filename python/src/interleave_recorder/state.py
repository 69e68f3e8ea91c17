"""The recording under way. There is at most one in a process."""

from __future__ import annotations

import itertools
import threading
import time
from asyncio import AbstractEventLoop, events
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .objects import Objects
    from .places import Places
    from .writer import Lines, Writer

#: When there are this many rows, they are written at once, without waiting for the watching thread.
BUSY_AT = 4096

clock = time.perf_counter_ns
thread_id = threading.get_ident
_running_loop = events._get_running_loop


class Run:
    """One event loop, from its first task on."""

    __slots__ = ("number", "here", "loop", "thread", "task", "stepped", "began", "native", "sleeper", "sleeps_until", "last_step")

    def __init__(self, number: int, here: Recording, loop: AbstractEventLoop, native: bool) -> None:
        self.number = number
        #: Where it is recorded.
        self.here = here
        self.loop = loop
        self.thread = thread_id()
        #: The number of the task whose step runs, or that caused the callback which runs; 0: none.
        self.task = 0
        #: The task whose step runs, of those whose coroutine records it; 0: none.
        self.stepped = 0
        #: When this step began; 0 between steps.
        self.began = 0
        #: Whether its handles are ours, so that wake-ups and callbacks are seen.
        self.native = native
        #: The identity of the future that a timer will complete, and when: the one made last.
        self.sleeper = 0
        self.sleeps_until = 0
        self.last_step = clock()


class Recording:
    """The state that the parts of the recorder share while they record."""

    def __init__(self, writer: Writer | Lines, places: Places, objects: Objects, args: bool, origin: int) -> None:
        self.writer = writer
        #: Rows that are not written yet; `emit` appends one.
        self.lines = writer.lines
        self.emit = self.lines.append
        self.places = places
        self.objects = objects
        #: Whether names of tasks show the coroutine's arguments, and outcomes its result.
        self.args = args
        self.origin = origin
        #: The open runs, by their numbers, and how many there have been.
        self.runs: dict[int, Run] = {}
        self.run_count = 0
        #: Whether a hang has been reported.
        self.hung = False
        #: The number of the task that made the last step, and how often a task has begun to wait.
        self.last_task = 0
        self.waits = 0
        #: The number of a new task.
        self.next_task = itertools.count(1).__next__
        self.lock = threading.RLock()
        #: If more rows than this are not written yet, a step ends with `busy`.
        self.busy_at = BUSY_AT
        #: Writes rows, or starts what a fork has stopped.
        self.busy: Callable[[], None] = writer.flush
        #: Lines that a task has begun to print.
        self.partial: dict[tuple[int, str], str] = {}

    def now(self) -> int:
        """Nanoseconds since the recording began."""
        return clock() - self.origin

    def run(self) -> Run | None:
        """The run of the loop that runs in this thread."""
        loop = _running_loop()
        return None if loop is None else getattr(loop, "_interleave", None)

    def task_number(self) -> int:
        """The task that is being stepped in this thread; 0 if none is."""
        run = self.run()
        return 0 if run is None else run.task


#: The recording under way, if there is one.
here: Recording | None = None
