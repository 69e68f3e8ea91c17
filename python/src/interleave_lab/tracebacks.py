"""Tracebacks without the lab's frames, and lines of the program."""

from __future__ import annotations

import builtins
import inspect
import traceback
from asyncio import base_events, format_helpers
from collections.abc import Iterator
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
_walk_before: Any = traceback.walk_stack
_walk_tb_before: Any = traceback.walk_tb
_extract_before: Any = traceback.extract_tb
_outer_before: Any = inspect.getouterframes
_source_before: Any = format_helpers._get_function_source


def install(patches: Patches) -> None:
    """All of Python's ways to show an exception use these functions."""

    def __init__(self: Any, exc_type: Any, exc_value: Any, exc_traceback: Any, **more: Any) -> None:
        _init_before(self, exc_type, exc_value, without_us(exc_traceback), **more)

    patches.put(traceback.TracebackException, "__init__", __init__)
    patches.put(traceback, "walk_stack", _walk_stack)
    patches.put(traceback, "walk_tb", lambda tb: _walk_tb_before(without_us(tb)))
    patches.put(traceback, "extract_tb", lambda tb, limit=None: _extract_before(without_us(tb), limit))
    patches.put(inspect, "getouterframes", _outer_frames)
    patches.put(format_helpers, "_get_function_source", _source)


def is_ours(frame: FrameType) -> bool:
    """Whether CPython would not have this frame."""
    return frame.f_code.co_filename.startswith(places.OURS)


def within(frames: list[FrameType]) -> list[FrameType]:
    """A stack, from its outermost frame, without the lab's own and those by which the program was started."""
    inner = next((index + 1 for index, frame in enumerate(frames) if places.is_outermost(frame)), 0)
    return [frame for frame in frames[inner:] if not is_ours(frame)]


def _walk_stack(f: FrameType | None) -> Iterator[tuple[FrameType, int]]:
    for frame, line in _walk_before(f):
        if places.is_outermost(frame):
            return
        if not is_ours(frame):
            yield frame, line


def _outer_frames(frame: FrameType, context: int = 1) -> list[Any]:
    found = _outer_before(frame, context)
    kept = within([one.frame for one in reversed(found)])
    return [one for one in found if one.frame in kept]


def _source(func: Any) -> Any:
    """The place of a callback, for asyncio's reports: functions of the lab replace CPython's in C, which have no place."""
    source = _source_before(func)
    return None if source is not None and source[0].startswith(places.OURS) else source


def line_of_step(frame: FrameType | None) -> int | None:
    """The innermost line of the program on a stack, within the callback of the event loop, if one runs."""
    return line_of_frame(frame, _RUN_ONCE)


def line_of_frame(frame: FrameType | None, outermost: CodeType | None = None) -> int | None:
    """The innermost line of the program on a stack."""
    while frame is not None and not places.is_outermost(frame) and frame.f_code is not outermost:
        if places.owner(frame.f_code.co_filename) == places.USER:
            return frame.f_lineno
        frame = frame.f_back
    return None


def line_of_error(error: BaseException) -> int | None:
    """The innermost line of the program that an exception came through; of a group, the first exception in it."""
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
