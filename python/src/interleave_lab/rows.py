"""Rows of the recording that lie in the future: what a played thread does ahead of the run's clock."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import contextmanager

from interleave_recorder import state


class Rows:
    """Keeps rows back until the clock comes to them: times of a run do not decrease."""

    def __init__(self) -> None:
        #: By their times.
        self.kept: list[tuple[int, int, str]] = []
        self._made = 0
        #: Whether what is kept back now has not happened: the thread will be played again.
        self.undone = False

    @contextmanager
    def held(self, task: int) -> Iterator[None]:
        """What is recorded meanwhile is kept back, and what is printed counts as this task's."""
        here = state.here
        if here is None:
            yield
            return
        rows: list[str] = []
        undone, self.undone = self.undone, False
        emit, here.emit = here.emit, rows.append
        try:
            yield
        finally:
            here.emit = emit
            for row in rows:
                if row.startswith("{"):
                    # Definitions have no time.
                    here.emit(row)
                    continue
                if self.undone:
                    continue
                at, rest = row[1:].split(",", 1)
                if task and rest.startswith('null,"print"'):
                    rest = f"{task}{rest[4:]}"
                self._made += 1
                heapq.heappush(self.kept, (int(at), self._made, rest))
            self.undone = undone

    def come(self, until: int) -> None:
        """Before the clock moves to an instant: records what happens up to it.

        A row whose instant lies within a step that holds the event loop comes at the end of that step.
        """
        here = state.here
        if here is None:
            return
        now = here.now()
        while self.kept and self.kept[0][0] <= until:
            at, _, rest = heapq.heappop(self.kept)
            here.emit(f"[{max(at, now)},{rest}")
