"""What the program prints and logs, line by line, and by which task."""

from __future__ import annotations

import logging
import sys
import threading
from typing import TYPE_CHECKING, Any

from . import state
from .text import MAX_TEXT, quoted

if TYPE_CHECKING:
    from .patches import Patches

#: The most unfinished lines that are kept.
_MAX_PARTIAL = 1000
#: While a log record is handled, the output of its handlers is not recorded once more.
_inside = threading.local()


def install(patches: Patches) -> None:
    """Listens to the standard streams, which stay the same objects, and to log records."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if hasattr(stream, "write") and hasattr(stream, "__dict__"):
            patches.put(stream, "write", _write(stream.write, name))
    patches.put(logging.Logger, "callHandlers", _call_handlers)


def _write(original: Any, name: str) -> Any:
    def write(text: str, /) -> Any:
        result = original(text)
        here = state.here
        if here is not None and not getattr(_inside, "log", False):
            _note(here, name, text)
        return result

    return write


def _note(here: state.Recording, stream: str, text: str) -> None:
    task = here.task_number()
    key = (task, stream)
    lines = (here.partial.pop(key, "") + str(text)).split("\n")
    rest = lines.pop()
    for line in lines:
        _emit(here, task, stream, line)
    if len(rest) > MAX_TEXT or (rest and len(here.partial) >= _MAX_PARTIAL):
        _emit(here, task, stream, rest)
    elif rest:
        here.partial[key] = rest


def _emit(here: state.Recording, task: int, stream: str, line: str) -> None:
    here.emit(f'[{here.now()},{task or "null"},"print","{stream}",{quoted(line)}]')


def finish(here: state.Recording) -> None:
    """Records the lines without a line break at the end."""
    while here.partial:
        (task, stream), line = here.partial.popitem()
        _emit(here, task, stream, line)


_call_handlers_before = logging.Logger.callHandlers


def _call_handlers(self: logging.Logger, record: logging.LogRecord) -> None:
    here = state.here
    if here is None:
        return _call_handlers_before(self, record)
    try:
        message = record.getMessage()
    except Exception:  # The handlers will report what is wrong with it.
        message = str(record.msg)
    task = here.task_number() or "null"
    level, name = quoted(record.levelname.lower()), quoted(record.name)
    here.emit(f'[{here.now()},{task},"log",{level},{name},{quoted(message)}]')
    _inside.log = True
    try:
        return _call_handlers_before(self, record)
    finally:
        _inside.log = False
