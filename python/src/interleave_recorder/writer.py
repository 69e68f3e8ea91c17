"""The file: rows are gathered for a moment and then written in one piece, so that the file can be read however the process ends.

With a window (``--last``) the file is rewritten from time to time and begins with a checkpoint: all that the rows after
it refer to.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

#: Python's own `open` is not used: what it buffers is lost when the process is killed. Some flags only some systems have.
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_TRUNC | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class Writer:
    """Appends lines to a file. After the first failure, such as a full disk, it writes nothing more."""

    def __init__(self, path: str, head: str, most_bytes: int) -> None:
        self.path = path
        #: Why nothing is written any more.
        self.failure: str | None = None
        #: Rows that are not written yet. Appending is atomic, so that recording takes no lock.
        self.lines: list[str] = []
        self._most_bytes = most_bytes
        self._lock = threading.RLock()
        self._head = head
        self._size = 0
        #: Where the last checkpoint begins.
        self._mark = 0
        #: Where the file is to begin.
        self._drop_to = 0
        self._file = -1
        try:
            self._file = os.open(path, _FLAGS, 0o666)
        except OSError as error:
            self.failure = str(error)
        self._write((head + "\n").encode())

    def flush(self) -> None:
        """Writes what has been gathered."""
        with self._lock:
            lines = self.lines
            count = len(lines)
            if count == 0:
                return
            data = "\n".join(lines[:count]) + "\n"
            del lines[:count]
            self._write(data.encode("utf-8", "replace"))

    def close(self) -> None:
        """Writes what is left, and closes the file."""
        with self._lock:
            self.flush()
            self.abandon()

    def abandon(self) -> None:
        """Closes the file as it is: in a forked child it is the parent's."""
        file, self._file = self._file, -1
        self.lines.clear()
        self.failure = self.failure or "closed"
        if file >= 0:
            os.close(file)

    def checkpoint(self, rows: Callable[[], list[str]]) -> None:
        """Writes the rows that later rows refer to. The rows before the previous checkpoint can then be dropped."""
        with self._lock:
            self.flush()
            self._drop_to, self._mark = self._mark, self._size
            found = rows()
            # The definitions of places that are mentioned for the first time come before.
            self.flush()
            self._write(("\n".join(found) + "\n").encode("utf-8", "replace"))

    def drop(self) -> None:
        """Rewrites the file without the rows that can be dropped."""
        with self._lock:
            if self._drop_to and self.failure is None:
                try:
                    self._rewrite(self._drop_to)
                except OSError as error:
                    self.failure = str(error)
                self._drop_to = 0

    def _rewrite(self, keep: int) -> None:
        beside = self.path + ".new"
        file = os.open(beside, _FLAGS, 0o666)
        old = self._file
        try:
            _write_all(file, (self._head + "\n").encode())
            os.lseek(old, keep, os.SEEK_SET)
            while piece := os.read(old, 1 << 20):
                _write_all(file, piece)
            os.replace(beside, self.path)
        except OSError:
            os.close(file)
            os.unlink(beside)
            raise
        self._file = file
        size = os.lseek(file, 0, os.SEEK_CUR)
        self._mark -= self._size - size
        self._size = size
        os.close(old)

    def _write(self, data: bytes) -> None:
        if self.failure is not None:
            return
        try:
            if self._size + len(data) > self._most_bytes:
                self.failure = f"the recording has {self._most_bytes >> 20} MB, as many as it may"
                return
            _write_all(self._file, data)
            self._size += len(data)
        except OSError as error:
            self.failure = str(error)


#: The function that gets complete lines.
Sink = Callable[[str], None]


class Lines:
    """Passes the lines to a function, rather than writing a file."""

    def __init__(self, sink: Sink, head: str, most_bytes: int) -> None:
        #: Why nothing is passed on any more.
        self.failure: str | None = None
        #: Rows that have not been passed on yet.
        self.lines: list[str] = [head]
        #: How many rows have been passed on.
        self.count = 0
        self._sink = sink
        self._left = most_bytes

    def flush(self) -> None:
        """Passes on the gathered rows."""
        lines = self.lines
        if not lines or self.failure is not None:
            lines.clear()
            return
        text = "\n".join(lines) + "\n"
        self.count += len(lines)
        lines.clear()
        self._left -= len(text)
        if self._left < 0:
            self.failure = "the recording is as large as it may be"
            return
        self._sink(text)

    def close(self) -> None:
        """Passes on the remaining rows."""
        self.flush()
        self.failure = self.failure or "closed"

    def abandon(self) -> None:
        """Drops the remaining rows."""
        self.lines.clear()
        self.failure = self.failure or "closed"

    def checkpoint(self, rows: Callable[[], list[str]]) -> None:
        """Lines that have been passed on stay: nothing needs to be repeated."""

    def drop(self) -> None:
        """Lines that have been passed on cannot be taken back."""


def _write_all(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
