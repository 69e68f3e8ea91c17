"""Tasks: subclasses of CPython's own, which record their creation and each request to cancel them.

Their steps are seen by ``handles``; where the event loop is not asyncio's own, or the tasks are those in Python that
nest_asyncio uses, by a coroutine around the task's.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio import base_events, events, tasks
from collections.abc import Generator
from types import FrameType
from typing import TYPE_CHECKING, Any

from . import state
from .places import ASYNCIO
from .stacks import of_task
from .state import Run, clock, thread_id
from .text import MAX_NAME, error, quoted, short, task_name
from .waits import look

if TYPE_CHECKING:
    from .patches import Patches
    from .state import Recording

_Task: Any = tasks.Task
_PyTask: Any = tasks._PyTask  # type: ignore[attr-defined]
_running_loop = events._get_running_loop
#: asyncio's own tasks, at the end of a run, are not part of the program.
HIDDEN = {
    id(function.__code__)
    for name in ("shutdown_asyncgens", "shutdown_default_executor")
    if (function := getattr(base_events.BaseEventLoop, name, None)) is not None
}
#: The attributes of a recorded task.
_SLOTS = ("il_number", "il_since", "il_run", "il_name", "il_made")
#: Its subclasses derive from a class of tasks, too.
_Mixed: Any = object


class Recorded(_Mixed):  # type: ignore[misc]
    """What all tasks that are recorded have in common."""

    # Only one base class may have any: its subclasses have these.
    __slots__ = _SLOTS if TYPE_CHECKING else ()
    #: Whether its steps are seen by a coroutine around its own, whatever its event loop is.
    _is_wrapped = False

    if TYPE_CHECKING:
        #: 0: the task is not recorded.
        il_number: int
        #: When its last step ended; 0 before its first one has.
        il_since: int
        il_run: Run
        il_name: str
        #: The data that a checkpoint repeats: the parent and the place.
        il_made: tuple[int | str, int]

    def __init__(self, coro: Any, **more: Any) -> None:
        here = state.here
        loop = more.get("loop") or _running_loop()
        if here is None or loop is None or id(getattr(coro, "cr_code", None)) in HIDDEN:
            self.il_number = 0
            super().__init__(coro, **more)
            return
        run = getattr(loop, "_interleave", None) or begin_run(here, loop)
        parent = (run.task if run.thread == thread_id() else 0) or "null"
        site = here.places.of_caller(sys._getframe(1))
        name = task_name(coro, more.get("name"), here.args)
        # Before its first step is given to the loop, which reads this.
        self.il_number = number = here.next_task()
        self.il_run, self.il_name = run, name
        self.il_made = parent, site
        self.il_since = 0
        created = f'[{clock() - here.origin},{number},"created",{run.number},{parent},{quoted(name)},{site}]'
        if self._is_wrapped or not run.native:
            here.emit(created)
            super().__init__(_Stepped(coro, self), **more)
        elif more.get("eager_start") and loop.is_running():
            here.emit(created)
            self._start_at_once(coro, run, more)
        else:
            super().__init__(coro, **more)
            here.emit(created)

    def _start_at_once(self, coro: Any, run: Run, more: dict[str, Any]) -> None:
        """The first step happens within the constructor, in the middle of the step of the task that makes this one."""
        outer, is_within = run.task, interrupt(run, run.task)
        begin(self, run)
        try:
            super().__init__(coro, **more)
        finally:
            end(self, run, outer)
            if is_within:
                run.began = run.last_step

    def cancel(self, *args: Any, **more: Any) -> bool:
        here = state.here
        if here is not None and self.il_number and not self.done():
            by, why, site = _who_cancels(self, here, sys._getframe(1))
            here.emit(f'[{here.now()},{self.il_number},"cancel",{by or "null"},"{why}",{site}]')
        return super().cancel(*args, **more)  # type: ignore[no-any-return]

    def set_name(self, value: object, /) -> None:
        super().set_name(value)
        here = state.here
        # Where there is a task factory, some versions of CPython set the name `None`.
        if here is not None and self.il_number and value is not None:
            self.il_name = str(value)[:MAX_NAME]
            here.emit(f'[{here.now()},{self.il_number},"name",{quoted(self.il_name)}]')

    def get_stack(self, *, limit: int | None = None) -> list[FrameType]:
        return of_task(self, super().get_stack(), limit)

    def get_coro(self) -> Any:
        coro = super().get_coro()
        return coro.il_coroutine if type(coro) is _Stepped else coro


class Task(Recorded, _Task):  # type: ignore[misc]
    """A task that is recorded."""

    __slots__ = _SLOTS


class PyTask(Recorded, _PyTask):  # type: ignore[misc]
    """The same, of asyncio's class that is written in Python. A step of it can run within a step of another task."""

    __slots__ = _SLOTS
    _is_wrapped = True


for _ours, _theirs in ((Task, _Task), (PyTask, _PyTask)):
    _ours.__qualname__ = _ours.__name__ = "Task"
    _ours.__module__, _ours.__doc__ = _theirs.__module__, _theirs.__doc__


def begin_run(here: Recording, loop: Any) -> Run:
    """Records a new event loop."""
    with here.lock:
        native = isinstance(loop, base_events.BaseEventLoop)
        here.run_count += 1
        run = Run(here.run_count, here, loop, native)
        here.runs[run.number] = run
        here.emit(run_row(run, here))
    loop._interleave = run
    return run


def run_row(run: Run, here: Recording) -> str:
    """The row that defines the run."""
    kind = type(run.loop)
    sees = '"steps","waits"' + (',"wakes","callbacks"' if run.native else "")
    return (
        f'{{"define":"run","id":{run.number},"loop":{quoted(kind.__module__ + "." + kind.__qualname__)},'
        f'"thread":{run.thread},"sees":[{sees}]}}'
    )


def interrupt(run: Run, outer: int) -> bool:
    """A step begins within a step of this task, if one is running: what has passed of that is recorded. Says whether it is."""
    if not run.began or not outer:
        return False
    at, here = clock(), run.here
    here.emit(f'[{at - here.origin},{outer},"step",{at - run.began}]')
    return True


def begin(task: Recorded, run: Run) -> None:
    """A step begins."""
    run.task = task.il_number
    run.began = clock()
    if not task.il_since:
        first(task, run)


def first(task: Recorded, run: Run) -> None:
    """The step that has just begun is the task's first one."""
    here = run.here
    here.emit(f'[{run.began - here.origin},{task.il_number},"start"]')


def end(task: Recorded, run: Run, outer: int) -> None:
    """A step is over: the task waits, or has ended."""
    at = clock()
    here, number = run.here, task.il_number
    time, took = at - here.origin, at - run.began
    if task.done():
        here.emit(f'[{time},{number},"end",{outcome(task, here)}]')
        here.emit(f'[{time},{number},"step",{took}]')
    else:
        kind, (_, _, spot), more, _ = look(task, run)
        here.emit(f'[{time},{number},"step",{took},"{kind}",{spot}{more}]')
        here.waits += 1
    task.il_since = run.last_step = at
    run.began = 0
    run.task = outer
    here.last_task = number
    if len(here.lines) > here.busy_at:
        here.busy()


def outcome(task: Recorded, here: Recording) -> str:
    """How the task ended. The exception is not marked as retrieved: asyncio still warns if the program never asks for it."""
    if task.cancelled():
        return '"cancelled"'
    problem = task._exception
    if problem is None:
        return f'"ok",{quoted(short(task._result))}' if here.args and task._result is not None else '"ok"'
    places = here.places.of_traceback(problem.__traceback__)
    return f'"error",{quoted(error(problem))},{places}'


_NAMED = {
    "_cancel_all_tasks": "runner",
    "_on_sigint": "interrupt",
    "_on_timeout": "timeout",
    "_release_waiter": "timeout",
    "_cancel_and_wait": "timeout",
    "_abort": "group",
}


def _who_cancels(task: Recorded, here: Recording, frame: FrameType | None) -> tuple[int, str, int]:
    """The number of the task that requests it, the reason, and the line that does."""
    run = task.il_run
    by = run.task if run.thread == thread_id() else 0
    why = "task" if by else "callback"
    site = 0
    walked: FrameType | None = frame
    while walked is not None:
        code = walked.f_code
        if code is Recorded.cancel.__code__:
            # A task that is being cancelled awaits it.
            outer = walked.f_locals.get("self")
            return (outer.il_number if isinstance(outer, Recorded) else by), "await", 0
        if code.co_filename.startswith(ASYNCIO):
            if code.co_name in _NAMED:
                return by, _NAMED[code.co_name], here.places.of_caller(frame)
            if code.co_name == "cancel" and why == "task":
                why = "gather"
        elif not code.co_filename.startswith("<"):
            site = here.places.of_caller(walked)
            break
        walked = walked.f_back
    return by, why, site


class _Stepped:
    """A coroutine around a task's, for event loops that do not use asyncio's handles, such as uvloop's.

    Exceptions that pass through it have one line more in their traceback.
    """

    __slots__ = ("il_coroutine", "_task")

    def __init__(self, coroutine: Any, task: Recorded) -> None:
        self.il_coroutine = coroutine
        self._task = task

    def send(self, value: Any) -> Any:
        return self._step(self.il_coroutine.send, value)

    def throw(self, *args: Any) -> Any:
        return self._step(self.il_coroutine.throw, *args)

    def close(self) -> None:
        self.il_coroutine.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self.il_coroutine.__await__()  # type: ignore[no-any-return]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.il_coroutine, name)

    def _step(self, call: Any, *args: Any) -> Any:
        here, task = state.here, self._task
        if here is None:
            return call(*args)
        run = task.il_run
        cause, outer = run.task, run.stepped
        is_within = interrupt(run, outer)
        run.stepped = task.il_number
        begin(task, run)
        try:
            future = call(*args)
        except StopIteration as stop:
            value = stop.value
            _end_within(task, run, f'"ok",{quoted(short(value))}' if here.args else '"ok"')
            raise
        except BaseException as problem:
            cancelled = isinstance(problem, asyncio.CancelledError)
            places = here.places.of_traceback(problem.__traceback__)
            words = '"cancelled"' if cancelled else f'"error",{quoted(error(problem))},{places}'
            _end_within(task, run, words)
            raise
        else:
            _waits_within(task, run, future)
            return future
        finally:
            run.began = run.last_step if is_within else 0
            run.task, run.stepped = cause, outer


def _end_within(task: Recorded, run: Run, words: str) -> None:
    at, here = clock(), run.here
    here.emit(f'[{at - here.origin},{task.il_number},"end",{words}]')
    here.emit(f'[{at - here.origin},{task.il_number},"step",{at - run.began}]')
    task.il_since = run.last_step = at


def _waits_within(task: Recorded, run: Run, future: Any) -> None:
    at, here = clock(), run.here
    kind, spot, more, _ = look(task, run, future)
    here.emit(f'[{at - here.origin},{task.il_number},"step",{at - run.began},"{kind}",{spot.text}{more}]')
    task.il_since = run.last_step = at


def replaced_by() -> str:
    """The class by which the program has replaced the recorder's, whose tasks are not seen; empty if there is none."""
    now: Any = tasks.Task
    return "" if issubclass(now, Recorded) else f"{now.__module__}.{now.__qualname__}"


def install(patches: Patches) -> None:
    """Installs the recorder's class for new tasks."""
    patches.put(tasks, "Task", Task)
    patches.put(asyncio, "Task", Task)
    patches.put(tasks, "_PyTask", PyTask)
    make: Any = getattr(tasks, "create_eager_task_factory", None)
    if make is not None:
        factory = make(Task)
        patches.put(tasks, "eager_task_factory", factory)
        patches.put(asyncio, "eager_task_factory", factory)
    patches.put(events.AbstractEventLoop, "_interleave", None)
