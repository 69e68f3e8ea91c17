"""A disk in memory: what the program writes stays in the run. Files that are really there can be read."""

from __future__ import annotations

import builtins
import io
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import current

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches

_open_before, _remove_before = io.open, os.remove


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


def open(
    file: Any, mode: str = "r", buffering: int = -1, encoding: Any = None, errors: Any = None, newline: Any = None, *more: Any, **other: Any
) -> Any:
    """Opens a file of the run's disk, or one that is really there for reading."""
    lab = current.lab
    writes = any(sign in mode for sign in "wax+")
    path = file if isinstance(file, int) else os.path.abspath(os.fsdecode(file))
    if lab is None or isinstance(path, int) or (path not in lab.files and not writes):
        return _open_before(file, mode, buffering, encoding, errors, newline, *more, **other)
    if "x" in mode and path in lab.files:
        raise FileExistsError(17, os.strerror(17), file)
    if "r" in mode and path not in lab.files:
        raise FileNotFoundError(2, os.strerror(2), file)
    raw = _Raw(lab.files, path, mode)
    if "b" in mode:
        return raw
    text = io.TextIOWrapper(raw, encoding or "utf-8", errors, newline, write_through=True)
    text.mode = mode  # type: ignore[misc]
    return text


def _remove(path: Any, **more: Any) -> None:
    lab = current.lab
    if lab is None or lab.files.pop(os.path.abspath(os.fsdecode(path)), None) is None:
        _remove_before(path, **more)


def _knows(before: Callable[[Any], bool]) -> Callable[[Any], bool]:
    def known(path: Any) -> bool:
        lab = current.lab
        return (lab is not None and not isinstance(path, int) and os.path.abspath(os.fsdecode(path)) in lab.files) or before(path)

    return known


_exists, _isfile = _knows(os.path.exists), _knows(os.path.isfile)


def install(patches: Patches) -> None:
    """Puts the disk behind `open`."""
    for module in (builtins, io):
        patches.put(module, "open", open)
    patches.put(os.path, "exists", _exists)
    patches.put(os.path, "isfile", _isfile)
    for name in ("remove", "unlink"):
        patches.put(os, name, _remove)
