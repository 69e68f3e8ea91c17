"""The stacks that Python shows, without the recorder's functions, which are between those of the program."""

from __future__ import annotations

import inspect
import sys
import threading
import traceback
from asyncio import base_events, constants
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any

from .program import Place, clean, seen, seen_places, without_us

if TYPE_CHECKING:
    from .patches import Patches

#: As many places of a coroutine's creation as asyncio's debug mode keeps, and as many more as we have functions between them.
_KEPT: int = constants.DEBUG_STACK_DEPTH
_MORE = 8


def install(patches: Patches) -> None:
    """Nearly all ways to show a stack use these functions; `sys._getframe` and `faulthandler` do not."""
    patches.put(traceback, "walk_stack", _walk_stack)
    for name in ("walk_tb", "_walk_tb_with_full_positions"):
        if hasattr(traceback, name):
            patches.put(traceback, name, _of_clean(getattr(traceback, name)))
    patches.put(inspect, "getouterframes", _outer_frames)
    for owner, name in ((threading, "excepthook"), (sys, "unraisablehook")):
        for whole in (name, f"__{name}__"):
            patches.put(owner, whole, _hook(getattr(owner, whole)))
    patches.put(base_events.BaseEventLoop, "_set_coroutine_origin_tracking", _track)


def _walk_stack(f: FrameType | None) -> Iterator[tuple[FrameType, int | None]]:
    if f is None:
        # Begins at the caller of the functions of `traceback`, as the original does.
        f = sys._getframe()
        while f.f_back is not None and f.f_code.co_filename in (__file__, traceback.__file__):
            f = f.f_back
    yield from ((frame, frame.f_lineno) for frame in seen(_outwards(f)))


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _of_clean(walk: Any) -> Any:
    def walked(tb: TracebackType | None) -> Any:
        return walk(without_us(tb))

    return walked


_outer_before: Any = inspect.getouterframes


def _outer_frames(frame: FrameType, context: int = 1) -> list[Any]:
    found = _outer_before(frame, context)
    shown = set(seen(one.frame for one in found))
    return [one for one in found if one.frame in shown]


def of_task(task: Any, frames: list[FrameType], limit: int | None) -> list[FrameType]:
    """What `Task.get_stack` returns, of all the frames that CPython has of the task."""
    shown = [*seen(reversed(frames))][::-1]
    if limit is None:
        return shown
    # A traceback keeps the outermost frames, a stack the innermost.
    return shown[:limit] if task.done() else shown[max(len(shown) - limit, 0) :]


def _hook(show: Any) -> Any:
    def hook(problem: Any, /) -> Any:
        clean(problem.exc_value)
        kind, value, made, *more = problem
        return show(type(problem)((kind, value, without_us(made), *more)))

    return hook


def made_at(coroutine: Any) -> tuple[Place, ...] | None:
    """Where the coroutine was made, from the innermost place; in debug mode alone that is known."""
    origin = coroutine.cr_origin
    return origin and tuple(seen_places(origin))[:_KEPT]


_track_before: Any = base_events.BaseEventLoop._set_coroutine_origin_tracking  # type: ignore[attr-defined]


def _track(self: Any, enabled: Any) -> None:
    _track_before(self, enabled)
    if sys.get_coroutine_origin_tracking_depth() == _KEPT:
        sys.set_coroutine_origin_tracking_depth(_KEPT + _MORE)
