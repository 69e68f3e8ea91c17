"""The reasons why a run ends before its program does: the stops, and the limits."""

from __future__ import annotations

import time
from dataclasses import dataclass

#: The machine's own clock, whatever clock the program reads.
wall = time.perf_counter


class Stop(SystemExit):
    """The run ends here.

    It is a SystemExit, since those come through tasks to whatever runs the event loop.
    """

    def __init__(self, why: str, line: int | None) -> None:
        super().__init__(why)
        self.why = why
        self.line = line


class Deadlock(Stop):
    """Nothing is ready, and no timer is set."""


@dataclass(frozen=True)
class Limits:
    """How much a run may take."""

    #: Seconds of computing.
    wall: float = 4.0
    #: Seconds of the program's own time, once the clock has moved as often as `moves` says: few long sleeps are no endless loop.
    virtual: float = 3600.0
    moves: int = 1_000
    #: Lines of the recording.
    events: int = 300_000
    #: Turns of the event loop in which no time passes.
    turns: int = 100_000
