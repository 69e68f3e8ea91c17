"""Records what an asyncio program does, without a change to the program.

From the command line::

    python -m interleave_recorder -o recording.jsonl script.py arguments...

or around a part of a program::

    from interleave_recorder import record

    with record("recording.jsonl"):
        asyncio.run(main())

In reading order:

* ``recorder``: one recording from its beginning to its end; installs the parts below and removes them again;
* ``tasks``, ``handles``: what replaces ``asyncio.Task`` and the event loop's handles, and so sees each step of each task;
* ``waits``: what a suspended task waits for; ``objects``, ``names``: locks, queues and the like, and what they are called;
* ``output``, ``problems``: prints, log records, and errors that the program does not see;
* ``watch``, ``hang``: the thread that writes and that detects a blocked loop or a deadlock; the report about one;
* ``places``, ``writer``: lines of source, and the file;
* ``stacks``: Python's tracebacks without the recorder's functions in them;
* ``__main__``, ``program``, ``pytest_plugin``: ways to start it.

``docs/recording.md`` of the project describes the file.
"""

from .recorder import record
from .version import VERSION as __version__

__all__ = ["__version__", "record"]
