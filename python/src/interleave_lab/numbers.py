"""Numbers of errors, as on Linux: WebAssembly has others, and programs show them."""

from __future__ import annotations

import errno
import functools
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches

_LINUX = {
    "EPERM": 1, "ENOENT": 2, "EBADF": 9, "EAGAIN": 11, "EACCES": 13, "EEXIST": 17, "ENOTDIR": 20, "EISDIR": 21, "EINVAL": 22, "EPIPE": 32,
    "ENOTEMPTY": 39, "EADDRINUSE": 98, "EADDRNOTAVAIL": 99, "ECONNRESET": 104, "ENOTCONN": 107, "ETIMEDOUT": 110, "ECONNREFUSED": 111,
}  # fmt: skip
#: The numbers that differ here, by those of this system.
_OTHER = {getattr(errno, name): number for name, number in _LINUX.items() if getattr(errno, name, number) != number}
_texts = {number: os.strerror(getattr(errno, name)) for name, number in _LINUX.items() if hasattr(errno, name)}
_strerror_before = os.strerror


def of_linux(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with the numbers of Linux in its errors."""
    if not _OTHER or isinstance(function, type):
        return function

    @functools.wraps(function)
    def call(*args: Any, **more: Any) -> Any:
        try:
            return function(*args, **more)
        except OSError as problem:
            if problem.args and problem.args[0] == problem.errno and not hasattr(problem, "lab_number"):
                problem.lab_number = problem.errno  # type: ignore[attr-defined]
                problem.errno = _OTHER.get(problem.errno or 0, problem.errno)
                problem.args = (problem.errno, *problem.args[1:])
            raise

    return call


def install(patches: Patches) -> None:
    """Gives the module `errno`, and functions that explain the numbers, those of Linux."""
    if not _OTHER:
        return
    for name, number in _LINUX.items():
        if hasattr(errno, name):
            patches.put(errno, name, number)
    patches.put(os, "strerror", lambda code: _texts.get(code) or _strerror_before(code))
