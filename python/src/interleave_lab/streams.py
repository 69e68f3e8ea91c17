"""Standard streams: output goes to the caller of the run, and `input()` takes the request's lines."""

from __future__ import annotations

import io
import os
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import current

if TYPE_CHECKING:
    from .session import Session

#: Longer pieces are passed on at once.
_PIECE = 8_192


class Output(io.TextIOBase):
    """Standard output, or standard error."""

    encoding = "utf-8"
    errors = "backslashreplace"
    line_buffering = write_through = False

    def __init__(self, lab: Session, send: Callable[[str], None], other: Output | None = None) -> None:
        super().__init__()
        self._lab, self._send = lab, send
        self._kept: list[str] = []
        self._size = 0
        self._others = [] if other is None else [other]
        if other is not None:
            other._others.append(self)
        self.buffer = _Bytes(self)

    @property
    def name(self) -> str:
        return "<stdout>" if self is self._lab.stdout else "<stderr>"

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1 if self is self._lab.stdout else 2

    def write(self, text: str, /) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if not self._lab.silent:
            self.put(text)
        return len(text)

    def put(self, text: str) -> None:
        """Takes a text that is written."""
        for other in self._others:
            other.flush()
        self._kept.append(text)
        self._size += len(text)
        if self._size > _PIECE or (self._lab.early and "\n" in text):
            self._lab.flush()
            self._lab.look_at_the_wall()

    def reconfigure(self, **more: Any) -> None:
        """Encodings do not matter: what is written stays text."""

    def flush(self) -> None:
        """Passes on the gathered text."""
        if self._kept:
            text = "".join(self._kept)
            self._kept.clear()
            self._size = 0
            self._send(text)


class _Bytes(io.RawIOBase):
    """`sys.stdout.buffer`, for writing."""

    def __init__(self, text: Output) -> None:
        super().__init__()
        self._text = text

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._text.write(bytes(data).decode("utf-8", "replace"))
        return len(data)


class Input(io.TextIOBase):
    """Standard input: the lines of the request."""

    name = "<stdin>"
    encoding = "utf-8"
    errors = "strict"

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__()
        self._lines = deque(lines)

    def fileno(self) -> int:
        return 0

    def readable(self) -> bool:
        return True

    def readline(self, size: Any = -1, /) -> str:  # type: ignore[override]
        return self._lines.popleft() + "\n" if self._lines else ""

    def read(self, size: Any = -1, /) -> str:
        text = "".join(line + "\n" for line in self._lines)
        self._lines.clear()
        return text


for _kind in (Output, Input):
    # So that a program which prints the type of a stream prints CPython's.
    _kind.__name__ = _kind.__qualname__ = "TextIOWrapper"
    _kind.__module__ = "_io"

_write_before = os.write


def write(fd: int, data: Any, /) -> int:
    """`os.write`, to the standard streams."""
    lab = current.lab
    if lab is None or fd not in (1, 2):
        return _write_before(fd, data)
    return (lab.stdout if fd == 1 else lab.stderr).buffer.write(data)


def ask(lab: Session) -> Callable[[object], str]:
    """`input()`: shows the prompt, and the line that is given, as a terminal does."""

    def input(prompt: object = "", /) -> str:
        out = lab.stdout
        out.write(str(prompt))
        line = lab.stdin.readline()
        if not line:
            raise EOFError("EOF when reading a line")
        out.write(line)
        return line[:-1]

    return input
