"""One recording, from its beginning to its end."""

from __future__ import annotations

import atexit
import functools
import itertools
import json
import os
import platform
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from . import handles, hang, names, objects, output, problems, stacks, state, tasks, watch
from .objects import Objects
from .patches import Patches
from .places import Places
from .state import Recording
from .text import quoted
from .version import FORMAT, FORMAT_VERSION, VERSION
from .watch import Watch
from .writer import Lines, Sink, Writer

#: The largest size of a recording, in megabytes.
LIMIT_MB = 1000
_PARTS = (tasks, handles, objects, problems, watch)


class Recorder:
    """Records the process from `start` to `stop`."""

    def __init__(
        self,
        path: str | os.PathLike[str] | Sink,
        *,
        program: str = "",
        args: bool = False,
        sources: bool = True,
        prints: bool = True,
        last: float | None = None,
        stuck: float | None = None,
        limit_mb: int = LIMIT_MB,
        clock: Callable[[], int] | None = None,
    ) -> None:
        #: The function that gets the lines instead of a file.
        self._sink = path if callable(path) else None
        self.path = "" if callable(path) else os.path.abspath(os.fspath(path))
        #: A virtual clock: all that is recorded happens in one thread, and no other thread watches it.
        self._clock = clock
        self._program, self._args, self._sources, self._prints = program, args, sources, prints
        self._last, self._stuck, self._limit = last, stuck, limit_mb << 20
        self._patches = Patches()
        self._here: Recording | None = None
        self._watch: Watch | None = None
        #: The exit status and the error that the program ends with, where that is known.
        self.status: int | None = None
        self.error = ""
        #: The class by which the program has replaced `asyncio.Task`; empty if it has not.
        self.replaced_by = ""

    @property
    def failure(self) -> str | None:
        """Why the recording is incomplete."""
        failure = None if self._here is None else self._here.writer.failure
        return None if failure == "closed" else failure

    @property
    def runs(self) -> int:
        """How many event loops have been seen."""
        return 0 if self._here is None else self._here.run_count

    @property
    def hung(self) -> bool:
        """Whether a hang has been reported."""
        return self._here is not None and self._here.hung

    def start(self) -> None:
        """Begins to record.

        Raises RuntimeError if a recording is under way in this process.
        """
        if state.here is not None:
            raise RuntimeError("a recording is under way already: there can be one in a process")
        if self._clock is not None:
            self._set_clock(self._clock)
        origin = state.clock()
        head = {
            "format": FORMAT,
            "version": FORMAT_VERSION,
            "recorder": VERSION,
            "python": platform.python_version(),
            "platform": platform.system(),
            "program": self._program,
            "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "args": self._args,
            "last": self._last,
        }
        sink = self._sink
        writer = Writer(self.path, json.dumps(head), self._limit) if sink is None else Lines(sink, json.dumps(head), self._limit)
        names.forget()
        registry = Objects()
        emit = writer.lines.append
        places = Places(emit, self._sources)
        registry.begin(emit, places)
        self._here = state.here = Recording(writer, places, registry, self._args, origin)
        for part in _PARTS:
            part.install(self._patches)
        if self._prints:
            output.install(self._patches)
        self._patches.put(os, "_exit", self._leave)
        for owner, name in _MAY_END:
            if hasattr(owner, name):
                self._patches.put(owner, name, _after_writing(getattr(owner, name)))
        if self._clock is None:
            stacks.install(self._patches)
            self._watch = Watch(self._here, self._stuck, self._last, self._checkpoint)
        atexit.register(self.stop)
        _recorders.append(self)

    def _set_clock(self, clock: Callable[[], int]) -> None:
        # They refer to it by a global name, since they read it at each step.
        for part in (state, tasks, handles, hang, watch):
            self._patches.put(part, "clock", clock)
        for part in (state, tasks, handles):
            self._patches.put(part, "thread_id", itertools.repeat(1).__next__)

    def close(self) -> None:
        """Records the end, and nothing more; the replaced attributes are restored by `stop`."""
        here = self._here
        if here is not None and here.writer.failure is None:
            self._end(here)
            here.writer.close()

    def stop(self) -> None:
        """Ends the recording; may be called again."""
        here = self._here
        if here is None or state.here is not here:
            return
        self._end(here)
        self._detach()
        here.writer.close()

    def _end(self, here: Recording) -> None:
        output.finish(here)
        here.emit(f'[{here.now()},null,"exit",{"null" if self.status is None else self.status},{quoted(self.error)}]')

    def _detach(self) -> None:
        here, state.here = self._here, None
        if self._watch is not None:
            self._watch.stop()
        self.replaced_by = tasks.replaced_by()
        self._patches.undo()
        if here is not None:
            for run in list(here.runs.values()):
                run.loop._interleave = None  # type: ignore[attr-defined]
            # The watching thread may run for a moment yet, and must not keep alive what the program has dropped.
            here.runs.clear()
        atexit.unregister(self.stop)
        if self in _recorders:
            _recorders.remove(self)

    def fork(self) -> None:
        """Stops the watching thread before a fork."""
        if self._watch is not None:
            self._watch.stop_and_wait()

    def resume(self) -> None:
        """Starts it again after a fork, but not before the next step ends: Python counts threads after this, too."""
        here = self._here
        if here is not None and self._watch is not None:
            here.busy_at, here.busy = 0, self._watch_again

    def _watch_again(self) -> None:
        here = self._here
        if here is not None and self._watch is not None:
            here.busy_at, here.busy = state.BUSY_AT, here.writer.flush
            self._watch.start()

    def forked(self) -> None:
        """Records nothing in a forked child: the file is the parent's."""
        here = self._here
        if here is not None and state.here is here:
            self._watch = None
            self._detach()
            here.writer.abandon()

    def _leave(self, status: int) -> None:
        """`os._exit`, which ends the process without any clean-up."""
        self.status = status
        leave = _exit
        self.stop()
        leave(status)

    def _checkpoint(self) -> list[str]:
        """The rows that later rows refer to, for recordings of which the beginning is dropped."""
        here = self._here
        if here is None:
            return []
        rows = here.places.rows() + here.objects.rows()
        at = here.now()
        for run in list(here.runs.values()):
            rows.append(tasks.run_row(run, here))
            for task in hang.tasks_of(run):
                parent, site = task.il_made
                rows.append(f'[{at},{task.il_number},"known",{run.number},{parent},{quoted(task.il_name)},{site}]')
        for number, it in hang.waiting(here).items():
            kind, spot, more, _ = it.wait
            rows.append(f'[{at},{number},"step",0,"{kind}",{spot.text}{more}]')
        return rows + here.objects.values(at)


_exit = os._exit
#: With these a process may end itself, or run another program.
_MAY_END: list[tuple[Any, str]] = [*((os, name) for name in ("abort", "kill", "killpg", "execv", "execve")), (signal, "raise_signal")]


def _after_writing(original: Any) -> Any:
    @functools.wraps(original)
    def leave(*args: Any, **more: Any) -> Any:
        here = state.here
        if here is not None:
            here.writer.flush()
        return original(*args, **more)

    return leave


_recorders: list[Recorder] = []


def _each(do: Callable[[Recorder], None]) -> Callable[[], None]:
    def hook() -> None:
        for recorder in list(_recorders):
            do(recorder)

    return hook


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_each(Recorder.fork),
        after_in_parent=_each(Recorder.resume),
        after_in_child=_each(Recorder.forked),
    )


@contextmanager
def record(path: str | os.PathLike[str] = "recording.jsonl", **options: Any) -> Iterator[Recorder]:
    """Records what is run within the `with` block, best around one `asyncio.run`.

    Options: `args`, show arguments of coroutines and their results; `sources` and `prints`, on by default; `last`, keep
    only that many seconds; `stuck`, report when no task has run for that many seconds; `limit_mb`, the largest file.
    """
    recorder = Recorder(path, **options)
    recorder.start()
    try:
        yield recorder
    except BaseException as problem:
        recorder.error = type(problem).__name__
        raise
    finally:
        recorder.stop()

