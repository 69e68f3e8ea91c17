"""Types that CPython's asyncio uses but does not name."""

from __future__ import annotations

import asyncio
from asyncio import base_events
from typing import Any


def _find() -> tuple[Any, Any]:
    seen: list[type] = []

    base: Any = base_events.BaseEventLoop

    class Loop(base):  # type: ignore[misc]
        def call_soon(self, callback: Any, *args: Any, context: Any = None) -> Any:
            seen.append(type(callback))

    async def nothing() -> None: ...

    loop = Loop()
    coroutine = nothing()
    # It has a name of its own, so that the numbers in the names of the program's tasks do not change.
    task: Any = asyncio.Task(coroutine, loop=loop, name="interleave")
    task._log_destroy_pending = False
    coroutine.close()
    awaiting: type = type(asyncio.Future(loop=loop).__await__())
    loop.close()
    return seen[0], awaiting


#: The types of the step that a task gives to its loop, and of the iterator by which a coroutine awaits a future.
Step, FutureIter = _find()
