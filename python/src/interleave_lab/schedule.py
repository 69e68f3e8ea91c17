"""The order of the tasks that are ready at one instant.

asyncio takes them in the order in which they became ready. A real program's order depends on what the network, timers and
other processes do to the microsecond. With a seed the steps of *different tasks* that are ready in one turn of the loop
change places among themselves. What does not change:

* a task's own steps stay in order: it has at most one that is ready;
* plain callbacks (`call_soon`, what futures call when they are done) keep their places: asyncio promises their order;
* nothing moves to another turn, and no timer rings earlier or later;
* locks, semaphores and queues serve waiting tasks in the order in which they came: that is decided before they are ready.
"""

from __future__ import annotations

import random
from collections import deque
from types import BuiltinFunctionType
from typing import Any

from interleave_recorder.native import Step


class Schedule:
    """Draws an order for each turn."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(f"schedule {seed}")

    def shuffle(self, ready: deque[Any]) -> None:
        """Shuffles the steps that are ready."""
        if len(ready) < 2:
            return
        places = [index for index, handle in enumerate(ready) if _is_step(handle)]
        if len(places) < 2:
            return
        handles = list(ready)
        steps = [handles[index] for index in places]
        self._draw.shuffle(steps)
        for index, step in zip(places, steps):
            handles[index] = step
        ready.clear()
        ready.extend(handles)


def _is_step(handle: Any) -> bool:
    callback = handle._callback
    kind = type(callback)
    return kind is Step or (kind is BuiltinFunctionType and callback.__name__ == "task_wakeup")
