"""What `python` does with a program, in a Pyodide that has neither sockets nor threads. Its value is the exit status."""

import asyncio
import atexit
import runpy
import sys
import time
import traceback


class _Nothing:
    """A selector of no sockets: it waits for time alone."""

    def select(self, timeout):
        if timeout is None:
            raise KeyboardInterrupt("nothing will ever come")
        time.sleep(max(timeout, 0))
        return []


class Loop(asyncio.base_events.BaseEventLoop):
    def __init__(self):
        super().__init__()
        self._selector = _Nothing()

    def _process_events(self, events): ...

    def _write_to_self(self): ...


class _Policy(asyncio.events._BaseDefaultEventLoopPolicy):
    _loop_factory = Loop


def start(words, recorded):
    sys.path.insert(0, "/source")
    asyncio.events._set_running_loop(None)
    asyncio.events._set_event_loop_policy(_Policy())
    status = 0
    try:
        if recorded:
            sys.argv = ["interleave_recorder", *words]
            sys.path.insert(0, "")
            runpy.run_module("interleave_recorder", run_name="__main__", alter_sys=True)
        else:
            sys.argv = list(words)
            sys.path.insert(0, "/programs")
            runpy.run_path(words[0], run_name="__main__")
    except SystemExit as stop:
        status = int(stop.code or 0) if isinstance(stop.code, int | None) else 1
        if status and not isinstance(stop.code, int):
            print(stop.code, file=sys.stderr)
    except BaseException as problem:
        # The lines of the traceback are others: the interpreter itself starts programs in another way.
        print("".join(traceback.format_exception_only(problem)), end="", file=sys.stderr)
        status = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    return status


start(words, recorded)
