"""The end of a program: `atexit`, and `os._exit`."""

from __future__ import annotations

import atexit
import os
import sys
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .budget import Stop

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches

    from .session import Session


class Left(Stop):
    """`os._exit`: nothing more of the program is run."""

    def __init__(self, status: int) -> None:
        super().__init__("", None)
        self.status = status


class Exits:
    """The functions that a run calls at its end."""

    def __init__(self, lab: Session) -> None:
        self._lab = lab
        self._calls: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = []

    def register(self, func: Callable[..., Any], /, *args: Any, **more: Any) -> Callable[..., Any]:
        if not callable(func):
            raise TypeError("the first argument must be callable")
        self._calls.append((func, args, more))
        return func

    def unregister(self, func: Callable[..., Any], /) -> None:
        self._calls[:] = [call for call in self._calls if call[0] != func]

    def call(self) -> None:
        """Calls the functions, the one that was registered last first."""
        while self._calls:
            func, args, more = self._calls.pop()
            try:
                func(*args, **more)
            except SystemExit:
                if self._lab.stopped is not None:
                    raise
            except Exception as problem:
                print(f"Exception ignored in atexit callback {func!r}:", file=sys.stderr)
                traceback.print_exception(type(problem), problem, problem.__traceback__, file=sys.stderr)

    def leave(self, status: int) -> None:
        """`os._exit`."""
        self._lab.leave(Left(int(status)))

    def install(self, patches: Patches) -> None:
        """Replaces Python's functions by these."""
        patches.put(atexit, "register", self.register)
        patches.put(atexit, "unregister", self.unregister)
        patches.put(os, "_exit", self.leave)
