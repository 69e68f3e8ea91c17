"""Virtual time: one clock for the event loop, `time`, `datetime` and played threads. It moves only when it is moved."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

NS = 1_000_000_000
#: The instant at which every program begins: 2026-01-01, 00:00 UTC.
EPOCH = 1_767_225_600
#: The value of the recorder's clock then: to the recorder, 0 means "between two steps".
_BEGIN = NS


class Clock:
    """Whole nanoseconds, so that sums are exact: 0.1 s and 0.2 s end together with 0.3 s."""

    def __init__(self, moved: Callable[[], None]) -> None:
        self._moved = moved
        #: The present of the event loop, in nanoseconds since the program began.
        self.ns = 0
        self._shown = [_BEGIN]
        #: The recorder's clock. It is read several times in each step, so reading it calls no Python function.
        self.ticks: Callable[[], int] = partial(self._shown.__getitem__, 0)

    def now(self) -> int:
        """Nanoseconds since the program began."""
        return self.ns

    def move_to(self, ns: int) -> None:
        """Moves to an instant; never back."""
        if ns > self.ns:
            self.ns = ns
            self._shown[0] = ns + _BEGIN
        self._moved()
