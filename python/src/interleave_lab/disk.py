"""A disk in memory: files that the program writes stay in the run. Real files can be read.

`os.path`, `pathlib`, `shutil` and `tempfile` reach it through the functions of `os` that are replaced here. Folders are real.
"""

from __future__ import annotations

import builtins
import glob
import io
import itertools
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from . import current, numbers
from .clock import EPOCH, NS

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches

_open_before, _remove_before, _stat_before = io.open, os.remove, os.stat
_rmdir_before, _chmod_before, _utime_before, _access_before = os.rmdir, os.chmod, os.utime, os.access
_rename_before, _replace_before, _listdir_before, _scandir_before = os.rename, os.replace, os.listdir, os.scandir


class _Raw(io.BytesIO):
    """An open file. Its writes are on the run's disk at once."""

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
    """Opens a file of the run's disk, or a real one for reading."""
    lab = current.lab
    writes = any(sign in mode for sign in "wax+")
    path = _path(file)
    # With an opener: files of `tempfile`, whose names are soon removed.
    if lab is None or not path or other.get("opener") or (path not in lab.files and not writes):
        return numbers.of_linux(_open_before)(file, mode, buffering, encoding, errors, newline, *more, **other)
    if set(mode) - set("rwxabt+") or len(mode) > len(set(mode)):
        raise ValueError(f"invalid mode: {mode!r}")
    if "x" in mode and path in lab.files:
        raise FileExistsError(17, "File exists", os.fspath(file))
    if path not in lab.files:
        if os.path.isdir(path):
            raise IsADirectoryError(21, "Is a directory", os.fspath(file))
        if "r" in mode or not os.path.isdir(os.path.dirname(path)):
            raise FileNotFoundError(2, "No such file or directory", os.fspath(file))
    raw = _Raw(lab.files, path, mode)
    if "b" in mode:
        return raw
    text = io.TextIOWrapper(raw, encoding or "utf-8", errors, newline, write_through=True)
    text.mode = mode  # type: ignore[misc]
    return text


def _path(path: Any) -> str:
    return "" if isinstance(path, int) else os.path.abspath(os.fsdecode(path))


def _is_ours(path: Any) -> bool:
    return current.lab is not None and _path(path) in current.lab.files


def _remove(path: Any, **more: Any) -> None:
    if current.lab is None or current.lab.files.pop(_path(path), None) is None:
        _remove_before(path, **more)


def _stat(path: Any, **more: Any) -> os.stat_result:
    if current.lab is None or not _is_ours(path):
        return _stat_before(path, **more)
    written = current.lab.clock.now() // NS + EPOCH
    return os.stat_result((stat.S_IFREG | 0o644, 0, 0, 1, 0, 0, len(current.lab.files[_path(path)]), written, written, written))


def _rename(before: Callable[..., None]) -> Callable[..., None]:
    def rename(source: Any, target: Any, **more: Any) -> None:
        if current.lab is None or not _is_ours(source):
            before(source, target, **more)
            for name in _within(source):
                # The folder is real, and the file in it is not.
                files = current.the_lab().files
                files[_path(target) + name[len(_path(source)) :]] = files.pop(name)
            return
        current.lab.files[_path(target)] = current.lab.files.pop(_path(source))

    return rename


def _within(folder: Any) -> list[str]:
    """The files of the run's disk in a folder, and in folders in it."""
    return [] if current.lab is None else [name for name in current.lab.files if name.startswith(_path(folder) + os.sep)]


def _rmdir(path: Any, **more: Any) -> None:
    if _within(path):
        raise OSError(39, "Directory not empty", os.fspath(path))
    _rmdir_before(path, **more)


def _but_ours(before: Callable[..., Any]) -> Callable[..., Any]:
    """Wraps a function so that it does nothing for files of the run's disk."""

    def call(path: Any, *args: Any, **more: Any) -> Any:
        return None if not isinstance(path, int) and _is_ours(path) else before(path, *args, **more)

    return call


def _access(path: Any, mode: int, **more: Any) -> bool:
    return _is_ours(path) or _access_before(path, mode, **more)


def _names(folder: Any) -> list[str]:
    """Names of the files of the run's disk in a folder."""
    if current.lab is None or not isinstance(folder, (str, os.PathLike)):
        return []
    return [os.path.basename(name) for name in current.lab.files if os.path.dirname(name) == _path(folder)]


def _listdir(path: Any = ".") -> list[Any]:
    return [*_listdir_before(path), *_names(path)]


class _Entry:
    """The entry that `os.scandir` returns for a file of the run's disk."""

    def __init__(self, folder: Any, name: str) -> None:
        self.name, self.path = name, os.path.join(os.fspath(folder), name)

    def __fspath__(self) -> str:
        return self.path

    def is_file(self, **more: Any) -> bool:
        return True

    def is_dir(self, **more: Any) -> bool:
        return False

    is_symlink = is_junction = is_dir

    def stat(self, **more: Any) -> os.stat_result:
        return os.stat(self.path)

    def __repr__(self) -> str:
        return f"<DirEntry {self.name!r}>"


class _Scan:
    """`os.scandir`: the real entries, and then the files of the run's disk."""

    def __init__(self, path: Any = ".") -> None:
        self._real = _scandir_before(path)
        self._entries = itertools.chain(self._real, [_Entry(path, name) for name in _names(path)])

    def __iter__(self) -> Iterator[Any]:
        return self._entries

    def __next__(self) -> Any:
        return next(self._entries)

    def close(self) -> None:
        self._real.close()

    def __enter__(self) -> _Scan:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def install(patches: Patches) -> None:
    """Puts the disk behind `open`, and behind the functions for files that `os.path` and `pathlib` call."""
    for module in (builtins, io):
        patches.put(module, "open", open)
    for names, function in (
        (("remove", "unlink"), _remove),
        (("stat", "lstat"), _stat),
        (("rename",), _rename(_rename_before)),
        (("replace",), _rename(_replace_before)),
        (("listdir",), _listdir),
        (("scandir",), _Scan),
        (("rmdir",), _rmdir),
        (("chmod",), _but_ours(_chmod_before)),
        (("utime",), _but_ours(_utime_before)),
        (("access",), _access),
        (("mkdir",), os.mkdir),
        (("chdir",), os.chdir),
    ):
        for name in names:
            patches.put(os, name, numbers.of_linux(function))
    numbers.install(patches)
    globber: Any = getattr(glob, "_StringGlobber", None)
    if getattr(globber, "scandir", None) is _scandir_before:
        # Some versions have kept a reference to the real one.
        patches.put(globber, "scandir", staticmethod(_Scan))
    # By the descriptors of folders it would not find the files of the run's disk.
    patches.put(shutil, "_use_fd_functions", False)
    if hasattr(shutil, "_rmtree_impl"):
        patches.put(shutil, "_rmtree_impl", shutil._rmtree_unsafe)  # type: ignore[attr-defined]
