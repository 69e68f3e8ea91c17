"""Handles, which asyncio's event loops call: they show each step, and which task caused which call."""

from __future__ import annotations

import asyncio
from asyncio import base_events, events, futures, tasks
from contextvars import copy_context
from types import BuiltinFunctionType, MethodType
from typing import TYPE_CHECKING, Any

from . import state
from .native import Step
from .state import clock, thread_id
from .tasks import end, first
from .text import quoted

if TYPE_CHECKING:
    from .patches import Patches
    from .state import Run

#: Callbacks shorter than this are not recorded.
CALLBACK_NS = 1_000_000

#: In seconds: a century.
_FOREVER = 3e9

_Handle: Any = events.Handle
_TimerHandle: Any = events.TimerHandle
_ThreadSafeHandle: Any = getattr(events, "_ThreadSafeHandle", _Handle)
_base_init = _Handle.__init__
_base_run = _Handle._run
_BaseEventLoop: Any = base_events.BaseEventLoop
_base_soon = _BaseEventLoop.call_soon
_base_call_soon = _BaseEventLoop._call_soon
_Future = futures.Future
_py_wakeup: Any = getattr(tasks._PyTask, "_Task__wakeup", None)  # type: ignore[attr-defined]
_Timeout: Any = getattr(getattr(asyncio, "Timeout", None), "_on_timeout", None)


def _recorded(base: Any) -> Any:
    """The method that runs a handle's callback, recorded."""

    def _run(self: Any) -> Any:
        run = self._loop._interleave
        if run is None:
            return base(self)
        callback = self._callback
        # A plain callback counts as part of the task that caused it.
        outer, run.task = run.task, self._cause
        began = clock()
        try:
            return base(self)
        finally:
            run.task = outer
            took = clock() - began
            if took >= CALLBACK_NS:
                _tell(run, callback, took)
            # As in asyncio: otherwise an exception, whose traceback has this frame, would keep the callback alive.
            self = callback = None

    return _run


_run = _recorded(_base_run)


def _tell(run: Run, callback: Any, took: int) -> None:
    here = run.here
    if getattr(getattr(callback, "__self__", None), "il_number", 0):
        return  # A task's step, which its coroutine records.
    name = getattr(callback, "__qualname__", None) or type(callback).__name__
    code = getattr(callback, "__code__", None)
    site = 0 if code is None else here.places.of_code(code)
    here.emit(f'[{here.now()},null,"callback",{run.number},{took},{quoted(name)},{site}]')


class Handle(_Handle):  # type: ignore[misc]
    """A handle that is recorded."""

    __slots__ = ()
    #: The number of the task that caused the call.
    _cause = 0
    _run = _run


def _fill(self: Any, callback: Any, args: Any, loop: Any, context: Any = None) -> None:
    """As asyncio's own constructor, for its own loops: their debug mode is read without a call."""
    if loop._debug:
        _base_init(self, callback, args, loop, context)
        return
    self._context = copy_context() if context is None else context
    self._loop = loop
    self._callback = callback
    self._args = args
    self._cancelled = False
    self._repr = self._source_traceback = None


class CausedHandle(_Handle):  # type: ignore[misc]
    """A handle that was requested by a task's step, or by a callback that the step caused."""

    __slots__ = ("_cause",)
    __init__ = _fill
    _run = _run


class ThreadSafeHandle(_ThreadSafeHandle):  # type: ignore[misc]
    """A handle that was requested by `call_soon_threadsafe`; before Python 3.14, these are like others."""

    __slots__ = ("_cause",)

    def __init__(self, callback: Any, args: Any, loop: Any, context: Any = None) -> None:
        _ThreadSafeHandle.__init__(self, callback, args, loop, context)
        run = loop._interleave
        self._cause = run.task if run is not None and run.thread == thread_id() else 0

    _run = _recorded(_ThreadSafeHandle._run)


class StepHandle(_Handle):  # type: ignore[misc]
    """A handle that runs a step of a task."""

    __slots__ = ()
    __init__ = _fill

    def _run(self) -> Any:
        run = self._loop._interleave
        if run is None:
            return _base_run(self)
        task = self._callback.__self__
        outer = run.task
        run.task = task.il_number
        run.began = clock()
        if not task.il_since:
            first(task, run)
        try:
            return _base_run(self)
        finally:
            end(task, run, outer)
            # As above: otherwise a task would outlive the step in which it has failed.
            self = task = None  # type: ignore[assignment]


def _ns_until(when: float, loop: Any) -> int:
    """The nanoseconds until then. Some timers never fire."""
    return int(min(when - loop.time(), _FOREVER) * 1e9)


class TimerHandle(_TimerHandle):  # type: ignore[misc]
    """A timer that is recorded."""

    __slots__ = ()
    _cause = 0
    _run = _run

    def __init__(self: Any, when: float, callback: Any, args: Any, loop: Any, context: Any = None) -> None:
        run = loop._interleave
        if run is None or not run.native or loop._debug:
            _TimerHandle.__init__(self, when, callback, args, loop, context)
            if run is None:
                return
        else:
            _fill(self, callback, args, loop, context)
            self._when = when
            self._scheduled = False
        if args and isinstance(args[0], _Future):
            run.sleeper = id(args[0])
            # As below, without a call: there is one of these for each sleep.
            left = when - loop.time()
            run.sleeps_until = clock() + int((left if left < _FOREVER else _FOREVER) * 1e9)
        elif getattr(callback, "__func__", None) is _Timeout and _Timeout is not None:
            here = state.here
            if here is not None and run.task:
                until = here.now() + _ns_until(when, loop)
                here.emit(f'[{here.now()},{run.task},"timeout",{until}]')


for _ours, _theirs in (
    *((kind, _Handle) for kind in (Handle, CausedHandle, StepHandle)),
    (ThreadSafeHandle, _ThreadSafeHandle),
    (TimerHandle, _TimerHandle),
):
    for _name in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(_ours, _name, getattr(_theirs, _name))


def _call_soon(self: Any, callback: Any, args: Any, context: Any) -> Any:
    """asyncio's `_call_soon`, with a handle of the class that fits the callback."""
    run = self._interleave
    if run is None:
        return _base_call_soon(self, callback, args, context)
    # A callback that another thread schedules is caused by no task.
    by = run.task if run.thread == thread_id() else 0
    kind = type(callback)
    handle: Any
    if kind is Step or (kind is BuiltinFunctionType and callback.__name__ == "task_wakeup"):
        number = getattr(callback.__self__, "il_number", 0)
        handle = StepHandle(callback, args, self, context) if number else Handle(callback, args, self, context)
        if by and number and number != by and kind is not Step:
            here = run.here
            here.emit(f'[{clock() - here.origin},{number},"wake",{by}]')
    elif by:
        handle = CausedHandle(callback, args, self, context)
        handle._cause = by
        if kind is MethodType and callback.__func__ is _py_wakeup:
            number = getattr(callback.__self__, "il_number", 0)
            if number and number != by:
                run.here.emit(f'[{run.here.now()},{number},"wake",{by}]')
    else:
        handle = Handle(callback, args, self, context)
    self._ready.append(handle)
    return handle


def _soon(self: Any, callback: Any, *args: Any, context: Any = None) -> Any:
    """asyncio's `call_soon`, without a call for each of its checks."""
    run = self._interleave
    if run is None or self._closed or self._debug:
        return _base_soon(self, callback, *args, context=context)
    number = getattr(callback.__self__, "il_number", 0) if type(callback) is Step else 0
    if number:
        handle = StepHandle(callback, args, self, context)
        self._ready.append(handle)
        return handle
    return _call_soon(self, callback, args, context)


def _close(self: Any) -> Any:
    run = self._interleave
    here = state.here
    if run is not None and here is not None and here.runs.pop(run.number, None) is not None:
        here.emit(f'[{here.now()},null,"closed",{run.number}]')
    self._interleave = None
    return _base_close(self)


_base_close = base_events.BaseEventLoop.close


def install(patches: Patches) -> None:
    """Installs the recorder's classes for new handles."""
    for module in (events, asyncio):
        patches.put(module, "Handle", Handle)
        patches.put(module, "TimerHandle", TimerHandle)
    if _ThreadSafeHandle is not _Handle:
        patches.put(events, "_ThreadSafeHandle", ThreadSafeHandle)
    patches.put(base_events.BaseEventLoop, "call_soon", _soon)
    patches.put(base_events.BaseEventLoop, "_call_soon", _call_soon)
    patches.put(base_events.BaseEventLoop, "close", _close)
