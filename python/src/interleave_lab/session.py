"""One run of a program, from its beginning to its end."""

from __future__ import annotations

import ast
import builtins
import contextvars
import gc
import inspect
import itertools
import json
import linecache
import os
import platform
import sys
import threading
import traceback
import types
import warnings
import weakref
from asyncio import events
from collections.abc import Callable
from typing import Any

from interleave_recorder import hang, places, state
from interleave_recorder.patches import Patches
from interleave_recorder.program import without_us
from interleave_recorder.recorder import Recorder
from interleave_recorder.text import error as describe
from interleave_recorder.watch import BLOCKED_NS

from . import budget, chance, current, disk, exits, hints, interrupts, isolation, loop, played, reports, resumable, signals, sockets, streams, tasks, times, tracebacks, zones
from . import threads as played_threads
from .budget import Deadlock, Stop
from .clock import NS, Clock
from .request import Request
from .schedule import Schedule
from .world import World

#: Takes the output of a run: its kind, `recording`, `stdout`, `stderr` or `outcome`, and the text.
Send = Callable[[str, str], None]
#: The interval, in seconds of the machine's own time, at which the recording is passed on.
_EVERY = 0.05
#: The first pieces are passed on at once: the next step may never end.
_EARLY = 100
#: A recording is limited only by the number of its lines.
_MEGABYTES = 1 << 12


class Session:
    """The state that the parts of the lab share while a program runs."""

    def __init__(self, request: Request, send: Send) -> None:
        self.request = request
        self._send = send
        self.clock = Clock(self._moved)
        self.world = World(request.world, request.seed, request.schedule)
        self.schedule = None if request.schedule is None else Schedule(request.schedule)
        self.threads = played_threads.Threads(self)
        self.exits = exits.Exits(self)
        self.signals = signals.Signals(self)
        self.stdout = streams.Output(self, lambda text: send("stdout", text))
        self.stderr = streams.Output(self, lambda text: send("stderr", text), self.stdout)
        self.stdin = streams.Input(request.inputs)
        #: Files of played libraries, by their names.
        self.files: dict[str, bytes] = {}
        #: The sockets of the program, once it has one.
        self.network: Any = None
        #: Databases of played libraries, by their names.
        self.databases: dict[str, Any] = {}
        #: Played libraries that were imported.
        self.played: list[str] = []
        #: Why the run has ended, if its program has not. Nothing after that is passed on.
        self.stopped: Stop | None = None
        #: Whether threads are being discarded.
        self.muted = False
        #: Whether code of the program is running.
        self.running = False
        self.loops = 0
        #: The main task; the lab does not keep it alive.
        self._main: Callable[[], Any] = lambda: None
        #: Numbers of tasks in sets, of tasks in names, of threads, and of executors.
        self.next_task, self.next_name, self.next_thread = (itertools.count(1).__next__ for _ in range(3))
        self.next_pool = itertools.count().__next__
        #: The host's hook for errors, not the program's.
        self._hook = sys.excepthook
        self._pieces = self._moves = 0
        #: The recorder's state, once it has started.
        self._recording: Any = None
        self._began = self._looked = budget.wall()
        #: The replacements on top of the recorder's own.
        self._over = Patches()
        self._recorder = Recorder(
            self._record, program=request.file, clock=self.clock.ticks, limit_mb=_MEGABYTES
        )

    # For the other parts.

    @property
    def silent(self) -> bool:
        """Whether nothing is passed on any more, since the run was stopped."""
        return self.stopped is not None or self.muted

    def runs(self, future: Any) -> None:
        """An event loop is run until this future is done."""
        self.check_stopped()
        self.loops += 1
        if getattr(future, "il_number", 0):
            self._main = weakref.ref(future)

    def check_stopped(self) -> None:
        """Raises the stop again: after it nothing is run any more, such as what `asyncio.run` would do in the end."""
        if self.stopped is not None:
            raise self.stopped

    def cancel_main(self) -> None:
        """Cancels the main task: the program has come to the await that the request names."""
        main = self._main()
        if main is not None:
            main.cancel()
            self._count_events()

    def turn(self, still: int) -> None:
        """A turn of the event loop begins; `still` turns have passed since the clock moved."""
        if still > self.request.limits.turns:
            self.stop(f"the event loop came round {still - 1:,} times, and no time passed")
        if still % 64 == 0 or self.early:
            self.look_at_the_wall()

    def sleep(self, seconds: float, frame: Any) -> None:
        """Time passes within a step of a task, or within a played thread."""
        self.threads.sleep_until(self.clock.now() + round(seconds * NS))
        recording = state.here
        run = None if recording is None else recording.run()
        if recording is None or run is None:
            return
        held = self.clock.ticks() - run.began
        if run.began and held >= BLOCKED_NS:
            sites = recording.places.of_stack(frame)
            recording.emit(f'[{recording.now()},{run.task or "null"},"blocked",{held},{json.dumps(sites)}]')

    def deadlock(self) -> None:
        """No task can ever run again."""
        recording = state.here
        if recording is not None and self.stopped is None:
            lines, rings = hang.report(recording, "deadlock")
            row = [recording.now(), None, "hang", "nothing is ready, and no timer is set", rings, lines]
            recording.emit(json.dumps(row, separators=(",", ":")))
        self.stop("all tasks wait, nothing is ready, and no timer is set", None, Deadlock)

    def stop(self, why: str, frame: Any = None, kind: type[Stop] = Stop) -> None:
        """Ends the run. What the program does after this, such as clean-up, is not passed on."""
        if self.stopped is None:
            recording = state.here
            frame = frame or sys._getframe(1)
            # Between two steps: the line at which a task waits, rather than the one that runs the event loop.
            line = tracebacks.line_of_step(frame) or self._line_of_wait() or tracebacks.line_of_frame(frame)
            if line is not None:
                # The program may catch the stop, and continue until its worker is ended.
                self._send("line", str(line))
            if recording is not None and kind is Stop:
                place = "" if line is None else f" in line {line}"
                task = recording.task_number() or recording.last_task
                text = json.dumps(f"stopped{place}: {why}")
                recording.emit(f'[{recording.now()},{task or "null"},"log","error","lab",{text}]')
            self.flush()
            self._recorder.error = why
            self._recorder.close()
            self.stopped = kind(why, line)
            if recording is not None:
                # The next step raises it again.
                recording.busy_at = -1
            # A million coroutines may be destroyed now.
            self._over.put(warnings, "_warn_unawaited_coroutine", lambda coroutine: None)
        raise self.stopped

    def leave(self, left: exits.Left) -> None:
        """Ends the interpreter at once, as `os._exit` does: nothing after that is passed on."""
        if self.stopped is None:
            self.flush()
            self._recorder.status = left.status
            self._recorder.close()
            self.stopped = left
        raise self.stopped

    def _line_of_wait(self) -> int | None:
        recording = state.here
        if recording is None:
            return None
        found = hang.waiting(recording)
        it = found.get(recording.last_task) or next(iter(found.values()), None)
        return None if it is None else recording.places.line(it.wait.spot.site) or None

    # Budgets.

    def _moved(self) -> None:
        self._moves += 1
        if self.clock.now() > self.request.limits.virtual * NS and self._moves > self.request.limits.moves:
            self.stop(f"{self.request.limits.virtual:g} s of the program's time have passed", sys._getframe(2))
        self.look_at_the_wall()

    def look_at_the_wall(self) -> None:
        """Reads the machine's own clock: passes on the recording, and ends a run that takes too long."""
        now = budget.wall()
        if now - self._looked > _EVERY or self.early:
            self._looked = now
            self.flush()
        if now - self._began > self.request.limits.wall:
            self.stop(f"it has computed for {self.request.limits.wall:g} s", sys._getframe(1))
        self._count_events()

    def _count_events(self) -> None:
        recording = self._recording
        if recording is None or self.stopped is not None:
            return
        if recording.writer.count + len(recording.lines) > self.request.limits.events:
            self.stop(f"more than {self.request.limits.events:,} lines were recorded", sys._getframe(1))

    def _busy(self) -> None:
        """A step has ended, and there are more lines than the limit that the recorder was given."""
        recording = self._recording
        if self.stopped is not None:
            # Nothing is passed on any more.
            recording.lines.clear()
            raise self.stopped
        self._count_events()
        recording.writer.flush()

    @property
    def early(self) -> bool:
        """Whether every piece is passed on at once."""
        return self.request.watched or self._pieces < _EARLY

    def flush(self) -> None:
        """Passes on what was recorded and printed."""
        self._pieces += 1
        if self._recording is not None and not self.silent:
            self._recording.writer.flush()
        self.stdout.flush()
        self.stderr.flush()

    def _record(self, text: str) -> None:
        if not self.silent:
            self._send("recording", text)
            self._look_at_lines()

    def _look_at_lines(self) -> None:
        """Tells the recorder after how many more lines there are too many, or enough to be passed on."""
        recording = self._recording
        recording.busy_at = min(self.request.limits.events - recording.writer.count, state.BUSY_AT)

    # The run.

    def run(self) -> dict[str, Any]:
        """Runs the program. The answer says how it ended."""
        if current.lab is not None:
            raise RuntimeError("a program is running already")
        current.lab = self
        current.count += 1
        answer: dict[str, Any] = {}
        # Pyodide's own loop is always running.
        outer = events._get_running_loop()
        events._set_running_loop(None)
        try:
            with isolation.kept(), interrupts.heeded(self.request.limits.wall):
                contextvars.Context().run(self._run_patched, answer)
        finally:
            current.lab = None
            events._set_running_loop(outer)
        return answer

    def _run_patched(self, answer: dict[str, Any]) -> None:
        patches = Patches()
        undo = chance.install(patches, self.request.seed)
        times.install(patches)
        zones.install(patches)
        sockets.install(patches)
        tracebacks.install(patches)
        loop.install(patches, self)
        for name in ("stdout", "stderr", "stdin"):
            patches.put(sys, name, getattr(self, name))
            patches.put(sys, f"__{name}__", getattr(self, name))
        # In the lab stderr is the program's, too.
        patches.put(hang, "write", lambda text: None)
        patches.put(builtins, "input", streams.ask(self))
        patches.put(os, "write", streams.write)
        self.signals.install(patches)
        # The hooks of a host would write elsewhere than to the program's own standard error.
        reports.install(patches)
        patches.put(threading, "excepthook", threading.__excepthook__)
        patches.put(os, "cpu_count", lambda: played_threads.PROCESSORS)
        disk.install(patches)
        played.install(patches, self)
        try:
            self._recorder.start()
            self._recording = state.here
            self._recording.busy = self._busy
            self._look_at_lines()
            # The recorder's own locks are real.
            played_threads.install(patches, self)
            tasks.install(self._over, self)
            self.exits.install(self._over)
            answer.update(self._execute())
        finally:
            self._over.undo()
            self._recorder.stop()
            patches.undo()
            zones.forget()
            resumable.forget(self.request.file)
            undo()

    def _execute(self) -> dict[str, Any]:
        request = self.request
        name, source = request.file, request.source
        lines = source.splitlines(True)
        linecache.cache[name] = (len(source), None, lines, name)
        module = types.ModuleType("__main__")
        module.__dict__.update(__file__=name, __builtins__=builtins)
        sys.modules["__main__"] = module
        sys.argv = [name]
        self._began = self._looked = budget.wall()
        status, error = 0, ""
        line: int | None = None
        problem: BaseException | None = None
        try:
            code = compile(source, name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
            self.running = True
            try:
                if code.co_flags & inspect.CO_COROUTINE:
                    self._run_awaiting(code, module)
                else:
                    exec(code, module.__dict__)
                self._finish()
            finally:
                self.running = False
        except SystemExit as leaving:
            if self.stopped is None:
                status, error = self._left(leaving)
                line = tracebacks.line_of_error(leaving) if status else None
        except BaseException as caught:
            problem = caught
            if isinstance(caught, SyntaxError) and caught.text is None and 0 < (caught.lineno or 0) <= len(lines):
                # Python would look it up in the file.
                caught.text = lines[(caught.lineno or 0) - 1]
            if self.stopped is None:
                status, error, line = 1, describe(caught), tracebacks.line_of_error(caught)
                self._show(caught)
        if status and self.stopped is None:
            self._finish_after_error()
        stopped = self.stopped
        if isinstance(stopped, exits.Left):
            status = stopped.status
        found = hints.find(request, problem, self.loops) if stopped is None else []
        problem = None
        self._end(module, status, error)
        return {
            "state": _word(stopped, status),
            "why": error if stopped is None else stopped.why,
            "line": line if stopped is None else stopped.line,
            "hints": [{"says": says, "source": mended} for says, mended in found],
            "played": self.played,
            "python": platform.python_version(),
            "seconds": self.clock.now() / NS,
            "awaits": self._recording.waits,
        }

    def _finish(self) -> None:
        """Before the interpreter ends: waits for threads, and calls what `atexit` was asked to call."""
        self.threads.finish()
        self.exits.call()

    def _finish_after_error(self) -> None:
        self.running = True
        try:
            self._finish()
        except BaseException as caught:
            if self.stopped is None and not isinstance(caught, SystemExit):
                self._show(caught)
        finally:
            self.running = False

    def _show(self, error: BaseException) -> None:
        """Shows the error that ends the program, by its own hook if it has set one."""
        hook = sys.excepthook
        if hook is self._hook:
            traceback.print_exception(type(error), error, error.__traceback__, file=self.stderr)
            return
        error.__traceback__ = without_us(error.__traceback__)
        self.running = True
        try:
            hook(type(error), error, error.__traceback__)
        except BaseException as problem:
            if self.stopped is None:
                print("Error in sys.excepthook:", file=self.stderr)
                traceback.print_exception(type(problem), problem, problem.__traceback__, file=self.stderr)
                print("\nOriginal exception was:", file=self.stderr)
                traceback.print_exception(type(error), error, error.__traceback__, file=self.stderr)
        finally:
            self.running = False

    def _run_awaiting(self, code: types.CodeType, module: types.ModuleType) -> None:
        """A program that awaits outside of any function is itself the main task."""
        runner = loop.VirtualEventLoop()
        events.set_event_loop(runner)
        try:
            main = types.FunctionType(code, module.__dict__)()
            task = runner.create_task(main, name="main")
            task._log_destroy_pending = False
            runner.run_until_complete(task)
        finally:
            try:
                runner.run_until_complete(runner.shutdown_asyncgens())
                runner.run_until_complete(runner.shutdown_default_executor())
            finally:
                runner.close()

    def _end(self, module: types.ModuleType, status: int, error: str) -> None:
        """As at the end of an interpreter: reports tasks that were destroyed, and exceptions that were never retrieved."""
        if self.stopped is not None:
            self.stopped.__traceback__ = None
        else:
            self.threads.record()
        self.threads.throw_away()
        module.__dict__.clear()
        gc.collect()
        self._recorder.status, self._recorder.error = status, error
        self._recorder.close()
        self.flush()

    def _left(self, leaving: SystemExit) -> tuple[int, str]:
        code = leaving.code
        if code is None or isinstance(code, int):
            return code or 0, ""
        print(code, file=self.stderr)
        return 1, str(code)


places.begin_below(Session._execute)


def _word(stopped: Stop | None, status: int) -> str:
    if stopped is not None and not isinstance(stopped, exits.Left):
        return "deadlocked" if isinstance(stopped, Deadlock) else "stopped"
    return "failed" if status else "finished"
