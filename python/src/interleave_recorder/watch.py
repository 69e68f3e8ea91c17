"""A thread that writes the gathered rows, and detects that the event loop is blocked, or that no task runs."""

from __future__ import annotations

import _thread
import os
import sys
import time
from asyncio import base_events
from typing import TYPE_CHECKING, Any

from . import hang, state
from .state import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from .patches import Patches
    from .state import Recording, Run

#: Its interval, in seconds: at most this much is lost when the process is killed.
EVERY = 0.1
#: A step that lasts longer, in nanoseconds, is reported while it lasts.
BLOCKED_NS = 100_000_000


class Watch:
    """It is no `threading.Thread`: programs count those."""

    def __init__(self, here: Recording, stuck: float | None, last: float | None, checkpoint: Callable[[], list[str]]) -> None:
        self._here = here
        self._stuck = None if stuck is None else int(stuck * 1e9)
        self._last = None if last is None else int(last * 1e9)
        self._checkpoint = checkpoint
        self._rotated = clock()
        self._told: set[tuple[int, ...]] = set()
        self._idle_told: dict[int, int] = {}
        #: By the numbers of runs: when the step began that was told about, and how long it must last to be told about again.
        self._blocked_told: dict[int, tuple[int, int]] = {}
        self._looked = clock()
        self._stop = _thread.allocate_lock()
        self._native = 0
        self.start()

    def start(self) -> None:
        """Starts the thread."""
        self._native = 0
        self._stop = _thread.allocate_lock()
        self._stop.acquire()
        try:
            _thread.start_new_thread(self._loop, (self._stop,))
        except RuntimeError:
            # Where there are no threads, as in WebAssembly, rows are written when there are enough, and at the end.
            self._stop.release()

    def stop(self) -> None:
        """Ends the thread, within a moment."""
        if self._stop.locked():
            self._stop.release()

    def stop_and_wait(self) -> None:
        """Ends the thread, and waits until the system no longer lists it: before a fork Python counts threads."""
        self.stop()
        for _ in range(200):
            if self._native and not os.path.exists(f"/proc/self/task/{self._native}"):
                return
            time.sleep(0.001)

    def _loop(self, stop: _thread.LockType) -> None:
        self._native = _thread.get_native_id()
        while not stop.acquire(timeout=EVERY):
            if state.here is not self._here:
                return
            try:
                self._look()
            except RuntimeError:
                # A collection has changed during the iteration: the next round tries again.
                continue

    def _look(self) -> None:
        here = self._here
        here.writer.flush()
        now = clock()
        for run in list(here.runs.values()):
            self._blocked(run, now)
        if self._stuck is not None and now - self._looked > 500_000_000:
            self._looked = now
            self._hangs(self._stuck, now)
        if self._last is not None and now - self._rotated > self._last:
            self._rotated = now
            # By the recording thread: only between two steps the state is as the rows say.
            here.busy_at, here.busy = 0, self._rotate
        here.writer.drop()

    def _rotate(self) -> None:
        here = self._here
        here.busy_at, here.busy = state.BUSY_AT, here.writer.flush
        here.writer.checkpoint(self._checkpoint)

    def _blocked(self, run: Run, now: int) -> None:
        began, task = run.began, run.task
        # Reported again when it has lasted twice as long.
        told, least = self._blocked_told.get(run.number, (0, 0))
        if not began or now - began < (least if told == began else BLOCKED_NS):
            return
        here = self._here
        places = here.places.of_stack(sys._current_frames().get(run.thread))
        if run.began != began:
            return
        self._blocked_told[run.number] = began, 2 * (now - began)
        here.emit(f'[{now - here.origin},{task or "null"},"blocked",{now - began},{places}]')

    def _hangs(self, limit: int, now: int) -> None:
        here = self._here
        seconds = limit / 1e9
        found = hang.waiting(here)
        for ring in hang.cycles(found):
            since = max(found[number].task.il_since for number in ring)
            if now - since >= limit and tuple(ring) not in self._told:
                self._told.add(tuple(ring))
                hang.tell(here, f"deadlock for {seconds:g} s")
                return
        for run in list(here.runs.values()):
            last = run.began or run.last_step
            if now - last >= limit and self._idle_told.get(run.number) != last and (run.began or found):
                self._idle_told[run.number] = last
                if not self._told:
                    hang.tell(here, f"no task has made a step for {seconds:g} s")


def install(patches: Patches) -> None:
    """Reports what tasks wait for when the program is interrupted."""
    patches.put(base_events.BaseEventLoop, "run_forever", _run_forever)
    try:
        from asyncio.runners import Runner
    except ImportError:  # Python 3.10
        return
    original: Any = Runner._on_sigint  # type: ignore[attr-defined]

    def _on_sigint(self: Any, signum: int, frame: Any, main_task: Any) -> Any:
        if self._interrupt_count == 0:
            interrupted()
        return original(self, signum, frame, main_task)

    patches.put(Runner, "_on_sigint", _on_sigint)


_run_forever_before = base_events.BaseEventLoop.run_forever


def _run_forever(self: Any) -> None:
    try:
        _run_forever_before(self)
    except KeyboardInterrupt:
        run = getattr(self, "_interleave", None)
        if run is not None and not getattr(run.loop, "_interleave_told", False):
            interrupted()
        raise


def interrupted() -> None:
    """Ctrl-C."""
    here = state.here
    if here is not None:
        for run in here.runs.values():
            run.loop._interleave_told = True  # type: ignore[attr-defined]
        hang.tell(here, f"interrupted after {here.now() / 1e9:.1f} s")
