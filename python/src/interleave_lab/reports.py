"""CPython's own reports: coroutines that were never awaited, and errors that no code can catch."""

from __future__ import annotations

import linecache
import sys
import traceback
import warnings
from asyncio import constants
from types import FrameType
from typing import TYPE_CHECKING, Any

from interleave_recorder import places, problems

from . import tracebacks

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches


#: As many places as asyncio's debug mode keeps, and as many more as the lab has functions between them.
_SHOWN: int = constants.DEBUG_STACK_DEPTH
_MORE = 6


def never_awaited(coro: Any) -> None:
    """As in `warnings`, without the lab's frames."""
    words = [f"coroutine '{coro.__qualname__}' was never awaited\n"]
    if coro.cr_origin is not None:
        made = [place for place in reversed(coro.cr_origin) if not place[0].startswith(places.OURS)]
        # The frames before the program's first line have started it.
        outer = next((index for index, place in enumerate(made) if place[0] == sys.argv[0]), 0)
        words.append("Coroutine created at (most recent call last)\n")
        shown = made[outer:][-_SHOWN:]
        words += traceback.format_list([(file, line, name, linecache.getline(file, line)) for file, line, name in shown])
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and tracebacks.is_ours(frame) and not places.is_outermost(frame):
        frame = frame.f_back
    here = frame if frame is not None and not places.is_outermost(frame) else None
    known = {} if here is None else here.f_globals
    warnings.warn_explicit(
        "".join(words).rstrip("\n"),
        RuntimeWarning,
        "<sys>" if here is None else here.f_code.co_filename,
        0 if here is None else here.f_lineno,
        known.get("__name__", "sys"),
        known.setdefault("__warningregistry__", {}),
        # At the end of an interpreter there is no longer a hint at `tracemalloc`.
        source=None if here is None else coro,
    )


def unraisable(problem: Any, /) -> None:
    """`sys.unraisablehook`: the one in C looks for the program's lines in a file."""
    message = problem.err_msg or ("Exception ignored in" if problem.object is not None else "")
    if problem.object is not None:
        message += f": {problem.object!r}"
    elif message:
        message += ":"
    if message:
        print(message, file=sys.stderr)
    # Older versions do not show chained exceptions.
    chained = sys.version_info >= (3, 14)
    told = traceback.format_exception(problem.exc_type, problem.exc_value, problem.exc_traceback, chain=chained)
    lines = "".join(told).splitlines()
    for line in lines:
        # In C, without marks under a part of the line.
        if set(line.strip()) - set("~^"):
            print(line, file=sys.stderr)


def install(patches: Patches) -> None:
    """Replaces Python's functions by these."""
    patches.put(constants, "DEBUG_STACK_DEPTH", _SHOWN + _MORE)
    # The recorder, which records them, calls it.
    patches.put(problems, "_never_awaited_before", never_awaited)
    for name in ("unraisablehook", "__unraisablehook__"):
        patches.put(sys, name, unraisable)
