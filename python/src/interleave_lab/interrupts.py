"""Interrupts from outside: a signal ends the run, whatever the program is doing."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from . import current


def stop(why: str, frame: Any = None) -> None:
    """Ends the run that is under way. Called from a signal handler, in the frame that was interrupted."""
    lab = current.lab
    if lab is not None and lab.running:
        lab.stop(why, frame or sys._getframe(1))


@contextmanager
def heeded(wall: float) -> Iterator[None]:
    """Listens to SIGINT, unless the host has a handler of its own, and to a timer where the system has one."""

    def interrupted(number: int, frame: Any) -> None:
        stop(f"it has computed for {wall:g} s", frame)

    before: list[tuple[int, Any]] = []
    has_timer = hasattr(signal, "setitimer") and sys.platform != "emscripten"
    try:
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            before.append((signal.SIGINT, signal.signal(signal.SIGINT, interrupted)))
        if has_timer:
            before.append((signal.SIGALRM, signal.signal(signal.SIGALRM, interrupted)))
            # More than once: the program may catch it.
            signal.setitimer(signal.ITIMER_REAL, wall, 0.1)
    except ValueError:  # Not in the main thread.
        has_timer = False
    try:
        yield
    finally:
        if has_timer:
            signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before:
            signal.signal(number, handler)
