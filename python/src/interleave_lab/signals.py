"""Signals that a program sends to itself. There are none from outside."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, Any

from . import sockets
from .exits import Left

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches

    from .session import Session

_default_before = signal.default_int_handler


class Signals:
    """The handlers of a run."""

    def __init__(self, lab: Session) -> None:
        self._lab = lab
        self._handlers: dict[int, Any] = {signal.SIGINT: _default_before}
        #: The handlers of event loops: the loop, and the callback.
        self.of_loops: dict[int, tuple[Any, Any, tuple[Any, ...]]] = {}

    def set(self, signalnum: int, handler: Any) -> Any:
        """`signal.signal`."""
        if not callable(handler) and handler not in (signal.SIG_IGN, signal.SIG_DFL):
            raise TypeError("signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object")
        before = self.get(signalnum)
        self._handlers[signalnum] = handler
        return before

    def get(self, signalnum: int) -> Any:
        """`signal.getsignal`."""
        return self._handlers.get(signalnum, signal.SIG_DFL)

    def send(self, signalnum: int) -> None:
        """`signal.raise_signal`."""
        if signalnum in self.of_loops:
            loop, callback, args = self.of_loops[signalnum]
            # In CPython the loop reads the signal in its next turn, and calls the handler in the one after.
            loop.call_soon_threadsafe(loop.call_soon, callback, *args)
            return
        handler = self.get(signalnum)
        if handler == signal.SIG_DFL:
            if signalnum in (getattr(signal, "SIGCHLD", None), getattr(signal, "SIGWINCH", None), getattr(signal, "SIGURG", None)):
                return
            self._lab.leave(Left(128 + signalnum))
        elif handler != signal.SIG_IGN:
            handler(signalnum, sys._getframe(1))

    def kill(self, pid: int, signalnum: int) -> None:
        """`os.kill`."""
        if pid != os.getpid():
            raise OSError(sockets.SAYS)
        if signalnum:
            self.send(signalnum)

    def install(self, patches: Patches) -> None:
        """Replaces the system's functions. An interrupt from outside ends the run, whatever the program would do."""
        for name, function in (("signal", self.set), ("getsignal", self.get), ("raise_signal", self.send)):
            patches.put(signal, name, function)
        patches.put(os, "kill", self.kill)
