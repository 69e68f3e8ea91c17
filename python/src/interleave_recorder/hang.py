"""The report about a program that hangs: what each of its tasks waits for."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, NamedTuple

from .objects import Entry
from .state import clock
from .tasks import Recorded
from .waits import Wait, look

if TYPE_CHECKING:
    from .state import Recording, Run

#: The most waiting tasks that are listed; of the others only the number.
MAX_TOLD = 20
_WORDS = {
    "turn": "its turn",
    "sleep": "a timer",
    "socket": "a socket",
    "thread": "a thread",
    "process": "a process",
    "first": "the first of several",
}
_OF_OBJECT = {"get": "an item of", "put": "a free place in", "join": "task_done() for all items of", "condition": "notify() of"}


class Waiting(NamedTuple):
    """A task, what it waits for, and the only tasks that can end that wait."""

    task: Recorded
    wait: Wait
    needs: list[int]


def waiting(here: Recording) -> dict[int, Waiting]:
    """All tasks that wait, by their numbers."""
    found: dict[int, Waiting] = {}
    for run in list(here.runs.values()):
        for task in tasks_of(run):
            if task.il_since and (task.il_number != run.task or not run.began):
                wait = Wait(*look(task, run))
                found[task.il_number] = Waiting(task, wait, _needs(wait))
    return dict(sorted(found.items()))


def tasks_of(run: Run) -> list[Recorded]:
    """The run's tasks that have not ended."""
    for _ in range(10):
        try:
            every = asyncio.all_tasks(run.loop)
        except RuntimeError:  # Changed by the loop's own thread meanwhile.
            continue
        return [task for task in every if isinstance(task, Recorded) and task.il_number]
    return []


def _needs(wait: Wait) -> list[int]:
    if isinstance(wait.subject, Entry):
        return list(wait.subject.holders) if wait.kind in ("lock", "semaphore") else []
    if isinstance(wait.subject, list):
        numbers = [getattr(one, "il_number", 0) for one in wait.subject]
        return numbers if all(numbers) else []
    return []


def cycles(found: dict[int, Waiting]) -> list[list[int]]:
    """Deadlocks: cycles of tasks each of which waits for the next, and which nothing outside can free."""
    stuck = {number for number, it in found.items() if it.needs}
    while True:
        # A task is freed as soon as one of the tasks that it waits for can run.
        free = {number for number in stuck if any(needed not in stuck for needed in found[number].needs)}
        if not free:
            break
        stuck -= free
    rings: list[list[int]] = []
    seen: set[int] = set()
    for start in sorted(stuck):
        path: list[int] = []
        number = start
        while number not in seen:
            seen.add(number)
            path.append(number)
            number = found[number].needs[0]
        if number in path:
            rings.append(path[path.index(number) :])
    return rings


def describe(here: Recording, it: Waiting, found: dict[int, Waiting]) -> str:
    """One task in a line."""
    wait = it.wait
    if isinstance(wait.subject, Entry):
        what = f"{_OF_OBJECT.get(wait.kind, '')} {wait.subject.words()}".strip()
        if it.needs:
            what += f", held by {_names(it.needs, found)}"
    elif isinstance(wait.subject, list):
        what = _names([getattr(one, "il_number", 0) for one in wait.subject], found) or "tasks"
    elif wait.kind == "future":
        name = json.loads(wait.more[1:])
        what = f"the future {name}" if name else "a future"
    else:
        what = _WORDS.get(wait.kind, wait.kind)
    if wait.kind in ("future", "socket", "event") and wait.spot.via:
        library = here.places.describe(wait.spot.via)
        what += "" if "asyncio/" in library else f" ({library})"
    return f"{_name(it.task)} ({here.places.describe(wait.spot.site)}) waits for {what}"


def _name(task: Recorded) -> str:
    return f"{task.il_name} [{task.il_number}]"


def _names(numbers: list[int], found: dict[int, Waiting]) -> str:
    names = [_name(found[number].task) if number in found else f"task [{number}]" for number in numbers if number]
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more


def report(here: Recording, why: str) -> tuple[list[str], list[list[int]]]:
    """The report, line by line, and the cycles."""
    found = waiting(here)
    rings = cycles(found)
    lines = [f"{why}: {len(found)} task{'s' * (len(found) != 1)} waiting"]
    for run in list(here.runs.values()):
        if run.began:
            seconds = (clock() - run.began) / 1e9
            frame = sys._current_frames().get(run.thread)
            place = here.places.describe(here.places.of_caller(frame))
            lines.append(f"  task [{run.task}] has held the event loop for {seconds:.1f} s: {place}")
    told: set[int] = set()
    for ring in rings:
        lines.append("  deadlock:")
        lines.extend(f"    {describe(here, found[number], found)}" for number in ring)
        told.update(ring)
    rest = [number for number in found if number not in told]
    lines.extend(f"  {describe(here, found[number], found)}" for number in rest[:MAX_TOLD])
    if len(rest) > MAX_TOLD:
        lines.append(f"  and {len(rest) - MAX_TOLD} more")
    return lines, rings


def tell(here: Recording, why: str) -> None:
    """Writes the report to stderr and into the recording."""
    here.hung = True
    lines, rings = report(here, why)
    here.emit(json.dumps([here.now(), None, "hang", why, rings, lines], separators=(",", ":")))
    here.writer.flush()
    text = "\n".join(f"interleave: {line}" if index == 0 else line for index, line in enumerate(lines))
    write(text + "\n")


def write(text: str) -> None:
    """Writes a text to the process's standard error."""
    try:
        stream = sys.__stderr__
        if stream is not None:
            # Not through a stream with which the program may have replaced it.
            type(stream).write(stream, text)
            stream.flush()
    except (OSError, ValueError):
        pass
