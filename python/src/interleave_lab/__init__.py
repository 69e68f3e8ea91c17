"""Runs an asyncio program in virtual time, in a simulated world, and records it.

In reading order:

* ``request``, ``run``, ``explore``: the request; one run, and many;
* ``session``, ``current``: a run from its beginning to its end; the run that is under way;
* ``clock``, ``loop``, ``tasks``, ``schedule``: virtual time, the event loop, its tasks, and the order of their steps;
* ``times``, ``chance``, ``streams``, ``disk``, ``sockets``: replacements for the machine;
* ``threads``, ``thread_locks``, ``resumable``: played threads, their locks, and how they are suspended;
* ``world``, ``played``: answers from outside, and the libraries that request them;
* ``budget``, ``interrupts``: limits; ``tracebacks``, ``hints``, ``isolation``: errors, help, and leaving nothing behind.

``docs/lab.md`` of the project describes all of it.
"""

from .explore import explore
from .interrupts import stop
from .run import run
from .world import presets

__all__ = ["explore", "presets", "run", "stop"]
