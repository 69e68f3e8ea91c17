"""There are no other processes: functions that would start one raise instead of waiting for real time."""

from __future__ import annotations

import os
import socket
import subprocess
from typing import TYPE_CHECKING, Any

try:
    import multiprocessing
except ImportError:  # It is left out of some libraries.
    multiprocessing = None  # type: ignore[assignment]

from . import network

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches

SAYS = "the lab has no other processes and no pipes: they cannot be opened here"
#: The parts of `multiprocessing` that need processes or the system's semaphores.
_SHARED = "Array Barrier BoundedSemaphore Condition Event JoinableQueue Lock Manager Pipe Pool Queue RLock Semaphore SimpleQueue Value"


def install(patches: Patches) -> None:
    """Replaces functions that would leave the lab by ones that raise."""

    def refuse(*args: Any, **more: Any) -> Any:
        raise OSError(SAYS)

    network.install(patches)
    for name in ("gethostbyaddr", "socketpair"):
        if hasattr(socket, name):
            patches.put(socket, name, refuse)
    patches.put(subprocess.Popen, "__init__", refuse)
    for name in ("system", "popen", "fork", "posix_spawn", "killpg", "abort"):
        if hasattr(os, name):
            patches.put(os, name, refuse)
    if multiprocessing is None:
        return
    for name in _SHARED.split():
        patches.put(multiprocessing, name, refuse)
        patches.put(multiprocessing.context.BaseContext, name, refuse)
    patches.put(multiprocessing.process.BaseProcess, "start", refuse)
