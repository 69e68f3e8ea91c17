"""Problems that do not stop the program: coroutines never awaited, errors never retrieved, tasks collected."""

from __future__ import annotations

import sys
import warnings
from asyncio import base_events
from types import FunctionType, SimpleNamespace
from typing import TYPE_CHECKING, Any

from . import state
from .stacks import made_at
from .text import error, quoted

if TYPE_CHECKING:
    from .patches import Patches

#: The beginnings of asyncio's own messages, and the words of the format.
_KNOWN = {
    "Task exception was never retrieved": "never_retrieved",
    "Future exception was never retrieved": "never_retrieved",
    "Task was destroyed but it is pending!": "destroyed",
}

_warns: Any = getattr(warnings, "_warn_unawaited_coroutine", None)


def _warn(coroutine: Any) -> None:
    """Python's own warning, as it would be without the recorder."""

    def warn_further_out(message: str, category: type[Warning], stacklevel: int, source: Any) -> None:
        # The warning names the line of its caller: there are three functions of the recorder in between.
        warnings.warn(message, category, stacklevel=stacklevel + 3, source=coroutine)

    ours = {"warn": warn_further_out, "_wm": SimpleNamespace(warn=warn_further_out)}
    told = SimpleNamespace(__qualname__=coroutine.__qualname__, cr_origin=made_at(coroutine))
    FunctionType(_warns.__code__, {**_warns.__globals__, **ours}, _warns.__name__)(told)


_never_awaited_before: Any = _warn


_handle_before = base_events.BaseEventLoop.call_exception_handler


def install(patches: Patches) -> None:
    """Listens to the warnings of the interpreter and of the event loops."""
    if isinstance(_warns, FunctionType):
        patches.put(warnings, "_warn_unawaited_coroutine", _never_awaited)
    patches.put(base_events.BaseEventLoop, "call_exception_handler", _handle)


def _never_awaited(coroutine: Any) -> None:
    here = state.here
    if here is not None:
        site = here.places.of_caller(sys._getframe(1)) or here.places.of_code(coroutine.cr_code)
        name = coroutine.__qualname__.rsplit("<locals>.", 1)[-1]
        _emit(here, here.task_number(), "never_awaited", name, site)
    _never_awaited_before(coroutine)


def _handle(self: Any, context: dict[str, Any]) -> None:
    here = state.here
    if here is not None:
        message = str(context.get("message", ""))
        what = _KNOWN.get(message, "unhandled")
        problem = context.get("exception")
        task = getattr(context.get("task") or context.get("future"), "il_number", 0)
        if problem is not None:
            message += f": {error(problem)}" if message else error(problem)
        if what == "destroyed" and task:
            here.emit(f'[{here.now()},{task},"end","destroyed"]')
        _emit(here, task or here.task_number(), what, message, 0)
    _handle_before(self, context)


def _emit(here: state.Recording, task: int, what: str, text: str, site: int) -> None:
    here.emit(f'[{here.now()},{task or "null"},"problem","{what}",{quoted(text)},{site}]')
