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
    # It has a name of its own, so that the program's tasks are numbered as ever.
    task: Any = asyncio.Task(coroutine, loop=loop, name="interleave")
    task._log_destroy_pending = False
    coroutine.close()
    awaiting: type = type(asyncio.Future(loop=loop).__await__())
    loop.close()
    return seen[0], awaiting


#: What a task hands to its loop in order to be stepped, and what a coroutine awaits a future through.
Step, FutureIter = _find()
