"""A disk in memory: what the program writes stays in the run. Files that are really there can be read."""

from __future__ import annotations

import builtins
import io
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches

    from .session import Session

_open_before = io.open


class _Raw(io.BytesIO):
    """A file that is open. Others see what is written when it is flushed or closed, and at once if it is small."""

    def __init__(self, files: dict[str, bytes], path: str, mode: str) -> None:
        super().__init__(b"" if "w" in mode or "x" in mode else files.get(path, b""))
        self._files, self._path, self.name = files, path, path
        self.mode = mode  # type: ignore[misc]
        self._writes = any(sign in mode for sign in "wax+")
        if "a" in mode:
            self.seek(0, io.SEEK_END)
        self._keep()

    def _keep(self) -> None:
        if self._writes:
            self._files[self._path] = self.getvalue()

    def write(self, data: Any, /) -> int:
        count = super().write(data)
        self._keep()
        return count

    def truncate(self, size: int | None = None, /) -> int:
        count = super().truncate(size)
        self._keep()
        return count

    def readable(self) -> bool:
        return "r" in self.mode or "+" in self.mode

    def writable(self) -> bool:
        return self._writes


def install(patches: Patches, lab: Session) -> None:
    """Puts the disk behind `open`."""
    files = lab.files

    def open(file: Any, mode: str = "r", buffering: int = -1, encoding: Any = None, errors: Any = None, newline: Any = None, *more: Any, **other: Any) -> Any:
        writes = any(sign in mode for sign in "wax+")
        path = file if isinstance(file, int) else os.path.abspath(os.fspath(file))
        if isinstance(path, bytes):
            path = os.fsdecode(path)
        if isinstance(path, int) or (path not in files and not writes):
            return _open_before(file, mode, buffering, encoding, errors, newline, *more, **other)
        if "x" in mode and path in files:
            raise FileExistsError(17, os.strerror(17), file)
        if "+" in mode and "r" in mode and path not in files:
            raise FileNotFoundError(2, os.strerror(2), file)
        raw = _Raw(files, path, mode)
        if "b" in mode:
            return raw
        text = io.TextIOWrapper(raw, encoding or "utf-8", errors, newline, write_through=True)
        text.mode = mode  # type: ignore[misc]
        return text

    exists_before, isfile_before, remove_before = os.path.exists, os.path.isfile, os.remove

    def remove(path: Any, **more: Any) -> None:
        if files.pop(os.path.abspath(os.fspath(path)), None) is None:
            remove_before(path, **more)

    for module in (builtins, io):
        patches.put(module, "open", open)
    patches.put(os.path, "exists", lambda path: _known(files, path) or exists_before(path))
    patches.put(os.path, "isfile", lambda path: _known(files, path) or isfile_before(path))
    for name in ("remove", "unlink"):
        patches.put(os, name, remove)


def _known(files: dict[str, bytes], path: Any) -> bool:
    return not isinstance(path, int) and os.path.abspath(os.fsdecode(path)) in files
