"""Tracebacks without the lab's frames, and lines of the program."""

from __future__ import annotations

import builtins
import traceback
from asyncio import base_events
from types import CodeType, FrameType, TracebackType
from typing import TYPE_CHECKING, Any

from interleave_recorder import places
from interleave_recorder.program import without_us

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches

#: Older versions have none.
_Group: Any = getattr(builtins, "BaseExceptionGroup", ())
_RUN_ONCE: CodeType = base_events.BaseEventLoop._run_once.__code__  # type: ignore[attr-defined]
_init_before = traceback.TracebackException.__init__


def install(patches: Patches) -> None:
    """All of Python's ways to show an exception lead through here."""

    def __init__(self: Any, exc_type: Any, exc_value: Any, exc_traceback: Any, **more: Any) -> None:
        _init_before(self, exc_type, exc_value, without_us(exc_traceback), **more)

    patches.put(traceback.TracebackException, "__init__", __init__)


def line_of_step(frame: FrameType | None) -> int | None:
    """The innermost line of the program's own on a stack, within what the event loop has called, if one runs."""
    return line_of_frame(frame, _RUN_ONCE)


def line_of_frame(frame: FrameType | None, outermost: CodeType | None = None) -> int | None:
    """The innermost line of the program's own on a stack."""
    while frame is not None and not places.is_outermost(frame) and frame.f_code is not outermost:
        if places.owner(frame.f_code.co_filename) == places.USER:
            return frame.f_lineno
        frame = frame.f_back
    return None


def line_of_error(error: BaseException) -> int | None:
    """The innermost line of the program's own that an exception came through; of a group, the first exception in it."""
    if isinstance(error, _Group):
        line = line_of_error(error.exceptions[0])
        if line is not None:
            return line
    if isinstance(error, SyntaxError) and error.lineno:
        return error.lineno
    line = None
    at: TracebackType | None = error.__traceback__
    while at is not None:
        if places.owner(at.tb_frame.f_code.co_filename) == places.USER:
            line = at.tb_lineno
        at = at.tb_next
    return line
