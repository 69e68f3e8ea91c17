"""There is no network: sockets and processes say so instead of waiting for real time."""

from __future__ import annotations

import os
import socket
import subprocess
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches

SAYS = "the lab has no network: sockets and processes cannot be opened here"


def install(patches: Patches) -> None:
    """Refuses what would leave the lab."""

    def refuse(*args: Any, **more: Any) -> Any:
        raise OSError(SAYS)

    patches.put(socket.socket, "__init__", refuse)
    for name in ("create_connection", "create_server", "getaddrinfo", "gethostbyname", "gethostbyaddr", "socketpair"):
        if hasattr(socket, name):
            patches.put(socket, name, refuse)
    patches.put(subprocess.Popen, "__init__", refuse)
    for name in ("system", "popen", "fork", "posix_spawn", "kill", "killpg", "abort"):
        if hasattr(os, name):
            patches.put(os, name, refuse)
