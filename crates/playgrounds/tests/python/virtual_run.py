"""Runs playgrounds' Python programs in virtual time: jobs as JSON on stdin, results on stdout.

A job is {"path", "runs": [{"mode", "params", "cancel"}], "stops"}, its result {"params", "main", "runs"}:
the program's PARAMS, what it does as a script, and for each run its printed lines with their
times and its makespan. With "stops", a run also has all instants at which nothing more could go
on, and at which lines of the program each task was suspended then, the outermost call first. If there
is a "cancel" {"task", "at"}, task number "task", in the order of creation, is cancelled at second "at".
"""

import asyncio
import builtins
import concurrent.futures
import contextlib
import gc
import inspect
import io
import json
import keyword
import runpy
import sys
import time
import warnings
from collections import deque

# From `crates/test-support/python`, where the tests say that modules are.
from virtual_loop import NANOS, Hangs, VirtualLoop


class Loop(VirtualLoop):
    """A loop that notes where the tasks of the program at `path` are suspended, if there is a path."""

    def __init__(self, path):
        self.path, self.stops = path, []
        self.slept = None  # the seconds that the thread at work has slept
        super().__init__()

    def cancel_task(self, number):
        """Cancels the task with this number, in the order of creation, as a reader would."""
        self.tasks[number].cancel()

    def stands_still(self):
        if self.path:
            tasks = [lines_of(task, self.path) for task in asyncio.all_tasks(self)]
            tasks = [lines for lines in tasks if lines]
            self.stops.append({"nanos": self.nanos, "tasks": tasks})

    def block(self, seconds):
        """What time.sleep does: time passes, and nothing else runs, unless a thread does it."""
        if self.slept is None:
            self.nanos += round(max(seconds, 0) * NANOS)
        else:
            self.slept += seconds

    def run_in_executor(self, executor, function, *args):
        """A thread that sleeps for a while: its result is there when that time has passed, and the loop stays free."""
        self.slept = 0.0
        result = function(*args)
        seconds, self.slept = self.slept, None
        future = self.create_future()

        def begin():
            self.call_later(seconds, lambda: future.cancelled() or future.set_result(result))

        if executor is None:
            begin()
        else:
            executor.submit(future, begin)
        return future


class Pool:
    """A thread or process pool of a given size, for asyncio's executors: jobs wait for a free worker.

    A job that is cancelled gives its own back at once, as a worker of the browser is ended. A real one would work on.
    """

    def __init__(self, max_workers):
        self.free, self.waiting = max_workers, deque()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def submit(self, future, begin):
        self.waiting.append((future, begin))
        self.go_on()

    def go_on(self):
        while self.free and self.waiting:
            future, begin = self.waiting.popleft()
            if not future.done():
                self.free -= 1
                future.add_done_callback(self.give_back)
                begin()

    def give_back(self, _):
        self.free += 1
        self.go_on()


@contextlib.contextmanager
def patched(module, name, value):
    """Another value for a module's name, for a while."""
    real = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, real)


def lines_of(task, path):
    """The lines at which the program's coroutines that make up a task are suspended."""
    awaited, lines = task.get_coro(), []
    while awaited is not None:
        kind = "ag" if inspect.isasyncgen(awaited) else "cr"
        if frame := getattr(awaited, f"{kind}_frame", None):
            if frame.f_code.co_filename == path:
                lines.append(frame.f_lineno)
            awaited = getattr(awaited, f"{kind}_await")
        else:
            # A step of an asynchronous generator refers to the generator, but has no name for it.
            generators = filter(inspect.isasyncgen, gc.get_referents(awaited))
            awaited = next(generators, None)
    return lines


def run(coroutine, path=None, cancel=None):
    """asyncio.run in virtual time: what is printed when, and how long it takes.

    Of a program that never ends, the makespan is None. With the program's path, also where its
    tasks are suspended whenever nothing can go on. A task can be cancelled on the way.
    """
    loop, lines = Loop(path), []
    if cancel:
        loop.call_at(cancel["at"], loop.cancel_task, cancel["task"])

    def note(*values, sep=" "):
        if not loop.hangs:
            lines.append([round(loop.time(), 6), sep.join(map(str, values))])

    real, builtins.print = builtins.print, note
    try:
        with patched(time, "sleep", loop.block), asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(coroutine)
        # What main left behind has been cancelled, and has cleaned up.
        return {"lines": lines, "makespan": round(loop.time(), 6), "stops": loop.stops}
    except (asyncio.CancelledError, Exception):
        if not cancel:
            raise
        return {"lines": lines, "makespan": round(loop.time(), 6), "stops": loop.stops}
    except Hangs:
        return {"lines": lines, "makespan": None, "stops": loop.stops}
    finally:
        builtins.print = real


def load(path, name):
    """The module's names; while it is loaded it must neither print nor start a loop by itself."""
    runs = []
    real, asyncio.run = asyncio.run, lambda coroutine: runs.append(run(coroutine))
    try:
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
            module = runpy.run_path(path, run_name=name)
    finally:
        asyncio.run = real
    if out.getvalue() or (runs and name != "__main__"):
        sys.exit(f"{path}: has side effects when it is imported: {out.getvalue()} {runs}")
    return module, runs


def strategy(module, mode):
    """The function of a strategy. One that has the name of a keyword has an underscore behind it."""
    return module[mode + "_" if keyword.iskeyword(mode) else mode]


def play(job):
    module, _ = load(job["path"], "program")
    _, main = load(job["path"], "__main__")
    path = job["path"] if job["stops"] else None
    runs = [run(strategy(module, r["mode"])(r["params"]), path, r.get("cancel")) for r in job["runs"]]
    return {"params": module["PARAMS"], "main": main, "runs": runs}


# Before programs import it.
concurrent.futures.ProcessPoolExecutor = concurrent.futures.ThreadPoolExecutor = Pool

if __name__ == "__main__":
    if sys.version_info < (3, 11):
        sys.exit(f"python 3.11 or newer is needed, this is {sys.version}")
    # Programs are about that, and it is no line of theirs.
    warnings.filterwarnings("ignore", message="coroutine '.*' was never awaited")
    json.dump([play(job) for job in json.load(sys.stdin)], sys.stdout)
