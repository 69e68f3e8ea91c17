"""Values as text, short, and without failing."""

from __future__ import annotations

import gc
import re
import reprlib
from json.encoder import encode_basestring_ascii
from types import AsyncGeneratorType
from typing import Any

#: The longest text; longer ones are cut.
MAX_TEXT = 10_000
MAX_NAME = 200

_repr = reprlib.Repr()
_repr.maxstring = _repr.maxother = 80
_address = re.compile(r"(?: instance| object)? at 0x[0-9a-fA-F]+")
_default_name = re.compile(r"Task-\d+$")


def quoted(text: str) -> str:
    """The text as JSON, cut if it is long."""
    if len(text) > MAX_TEXT:
        text = text[: MAX_TEXT - 1] + "\u2026"
    row = encode_basestring_ascii(text)
    return encode_basestring_ascii(_without_lone(text)) if "\\ud" in row else row


def _without_lone(text: str) -> str:
    """Replaces each unpaired surrogate by a replacement character: many readers of JSON refuse them."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def short(value: Any) -> str:
    """A value, in some 80 characters."""
    try:
        # Without addresses, so that two recordings can be compared.
        return _address.sub("", _repr.repr(value))[:300]
    except Exception:  # The program's own `__repr__`.
        return type(value).__name__


def error(problem: BaseException) -> str:
    """An exception's type and message."""
    try:
        message = str(problem)
    except Exception:  # The program's own `__str__`.
        message = ""
    name = type(problem).__name__
    return f"{name}: {message}" if message else name


def task_name(coroutine: Any, given: Any, args: bool) -> str:
    """The name that the program gave, failing that its coroutine's; with its first argument, if asked for."""
    if given is not None and not _default_name.match(str(given)):
        return str(given)[:MAX_NAME]
    label = getattr(coroutine, "__qualname__", None)
    if label is None:
        for other in gc.get_referents(coroutine):
            if isinstance(other, AsyncGeneratorType):
                return f"{type(coroutine).__name__} of {other.__qualname__}"[:MAX_NAME]
        return type(coroutine).__name__[:MAX_NAME]
    if "<" in label:
        label = label.rsplit("<locals>.", 1)[-1]
    frame = getattr(coroutine, "cr_frame", None) if args else None
    if frame is not None:
        code, values = frame.f_code, frame.f_locals
        names = [name for name in code.co_varnames[: code.co_argcount] if name not in ("self", "cls")]
        shown = ", ".join(short(values[name]) for name in names if name in values)
        label = f"{label}({shown})"
    return str(label)[:MAX_NAME]
