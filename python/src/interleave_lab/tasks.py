"""Tasks of the lab: numbered anew in each run, in names and in sets, so that two runs are alike."""

from __future__ import annotations

import asyncio
from asyncio import tasks
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from interleave_recorder import handles
from interleave_recorder import tasks as recorded

from . import tracebacks

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches
    from interleave_recorder.state import Run

    from .session import Session


def install(patches: Patches, session: Session) -> None:
    """Installs the lab's class for new tasks."""

    class Task(recorded.Task):
        __slots__ = ("lab_order",)

        def __init__(self, coro: Any, **more: Any) -> None:
            self.lab_order = session.next_task()
            if more.get("name") is None:
                more["name"] = f"Task-{session.next_name()}"
            super().__init__(coro, **more)

        def __hash__(self) -> int:
            # Otherwise sets of tasks, some of which asyncio returns, are in the order of addresses.
            return self.lab_order

        def get_stack(self, *, limit: Any = None) -> Any:
            frames = tracebacks.within(super().get_stack())
            if limit is None:
                return frames
            return frames[max(len(frames) - limit, 0) :] if self._exception is None else frames[:limit]

    Task.__qualname__, Task.__module__, Task.__doc__ = "Task", recorded.Task.__module__, recorded.Task.__doc__
    patches.put(tasks, "Task", Task)
    patches.put(asyncio, "Task", Task)
    make: Any = getattr(tasks, "create_eager_task_factory", None)
    if make is not None:
        for module in (tasks, asyncio):
            patches.put(module, "eager_task_factory", make(Task))
    # For sets of coroutines, too, which have no numbers.
    patches.put(tasks, "set", _in_order)

    if session.request.cancel is not None:
        _cancel_at(patches, session)


def _cancel_at(patches: Patches, session: Session) -> None:
    """Has the main task cancelled right after the step with which a task begins the k-th wait."""
    before = recorded.end

    def end(task: recorded.Task, run: Run, outer: int) -> None:
        before(task, run, outer)
        if run.here.waits == session.request.cancel and not task.done():
            session.cancel_main()

    for part in (recorded, handles):
        patches.put(part, "end", end)


def _in_order(items: Iterable[Any] | None = None) -> Any:
    """Instead of `set` in asyncio's own functions."""
    return set() if items is None else dict.fromkeys(items).keys()
