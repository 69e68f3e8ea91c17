"""Python's side of the sandbox (worker.js): runs a request, and tells the page of it.

It is `interleave_sandbox` in the lab's library. Importing it undoes what Pyodide has made of asyncio, and loads what programs are
likely to need: a memory snapshot is made after that.
"""

import asyncio
import gc
import json
import os
import signal
import sys
import time
import traceback

REQUEST = "/request.json"
DEVICE = "/dev/lab"
#: What leads to JavaScript. Its objects are empty by the time that a program runs; without these names it need not find out.
BRIDGE = ("js", "pyodide", "pyodide_js", "_pyodide", "_pyodide_core")
#: Loaded beforehand where they are there. A run would compile them within its time: those of the last line take up to
#: half a second. All of them together make the first snapshot a tenth slower, and no larger: it is as large as the heap.
USUAL = """
    abc bisect collections.abc concurrent.futures.thread contextlib contextvars copy csv dataclasses datetime decimal enum
    fractions functools gc hashlib heapq inspect io itertools json linecache logging math operator pathlib pprint queue random
    re signal statistics string tempfile textwrap threading time traceback types typing urllib.parse uuid warnings weakref
    argparse calendar graphlib html.parser multiprocessing pickle sched secrets sqlite3 timeit urllib.request xml.etree.ElementTree
"""


def _undo_pyodide():
    """Pyodide's loop always runs, in the browser's; programs start one of their own."""
    asyncio._set_running_loop(None)
    asyncio.run = asyncio.runners.run
    time.sleep = getattr(time.sleep, "__wrapped__", time.sleep)
    # Without a warning that policies are deprecated.
    asyncio.events._event_loop_policy = None


class Bridge:
    """Finds no module of the bridge, and says so."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in BRIDGE:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def _close():
    for name in list(sys.modules):
        if name.partition(".")[0] in BRIDGE:
            del sys.modules[name]
    for finder in list(sys.meta_path):
        if getattr(finder, "__module__", "").partition(".")[0] in BRIDGE:
            sys.meta_path.remove(finder)
    sys.meta_path.insert(0, Bridge)


def _sender():
    """A function that sends a text of some kind to the page, at once."""
    device, write = os.open(DEVICE, os.O_WRONLY), os.write

    def send(kind, text):
        write(device, kind.encode() + b"\0" + text.encode("utf-8", "replace"))

    return send


def _watch_lines(file, send):
    """Tells each line that the program comes to, once in each of its steps: the last one is where it hangs."""
    monitoring = sys.monitoring
    monitoring.use_tool_id(monitoring.PROFILER_ID, "interleave")

    def line(code, number):
        if code.co_filename == file:
            send("line", str(number))
        return monitoring.DISABLE

    def resume(code, _offset):
        if code.co_filename != file:
            return monitoring.DISABLE
        monitoring.restart_events()
        return None

    events = monitoring.events
    monitoring.register_callback(monitoring.PROFILER_ID, events.LINE, line)
    monitoring.register_callback(monitoring.PROFILER_ID, events.PY_RESUME, resume)
    monitoring.set_events(monitoring.PROFILER_ID, events.LINE | events.PY_RESUME)


def run(what):
    """Does what the request says, by `run` or `explore` of the lab."""
    send = _sender()
    with open(REQUEST, encoding="utf-8") as file:
        request = file.read()
    _close()
    try:
        asked = json.loads(request)
        if asked.get("watched"):
            _watch_lines(asked.get("file"), send)
        answer = getattr(interleave_lab, what)(request, send)
    except BaseException:
        send("failed", traceback.format_exc())
    else:
        send("answer", answer)


def _load_usual():
    for name in USUAL.split():
        try:
            __import__(name)
        except ImportError:
            pass


_undo_pyodide()
_load_usual()
import interleave_lab  # noqa: E402 - it must find asyncio as CPython has it

# For good: an interrupt may come when the run has just ended, and must not break what puts everything back.
signal.signal(signal.SIGINT, lambda _number, frame: interleave_lab.stop("it was interrupted", frame))
interleave_lab.played.load()
interleave_lab.threads.prepare()
# The collector would otherwise look at all of this at the beginning of each run.
gc.collect()
gc.freeze()
