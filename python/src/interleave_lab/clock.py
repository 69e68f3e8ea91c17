"""Virtual time: one clock for the event loop, `time`, `datetime` and played threads. It moves only when it is told to."""

from __future__ import annotations

from collections.abc import Callable

NS = 1_000_000_000
#: The instant at which every program begins: 2026-01-01, 00:00 UTC.
EPOCH = 1_767_225_600
#: What the recorder's clock shows then. 0 means "between two steps" to it.
_BEGIN = NS


class Clock:
    """Whole nanoseconds, so that sums are exact: 0.1 s and 0.2 s end together with 0.3 s."""

    def __init__(self, moved: Callable[[], None]) -> None:
        #: Since the program began.
        self.ns = 0
        #: Within a played thread, which runs ahead of all others: where it is.
        self.ahead: int | None = None
        self._moved = moved

    def now(self) -> int:
        """Nanoseconds since the program began."""
        return self.ns if self.ahead is None else self.ahead

    def ticks(self) -> int:
        """The recorder's clock."""
        # Asked for several times in each step, so without a further call.
        return (self.ns if self.ahead is None else self.ahead) + _BEGIN

    def move_to(self, ns: int) -> None:
        """Moves to an instant; never back."""
        if self.ahead is not None:
            self.ahead = max(self.ahead, ns)
        elif ns > self.ns:
            self.ns = ns
        self._moved()

    def sleep(self, seconds: float) -> None:
        """Lets time pass while nothing else runs."""
        self.move_to(self.now() + round(seconds * NS))
