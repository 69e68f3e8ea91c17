"""The world of a program: threads, prints, input, chance, errors; and that each run is like the other."""

import json
import os
import subprocess
import sys

import pytest
from lab import Run, interleave_lab
from support import TESTS, environment

THREADS = """
import asyncio, time, threading, concurrent.futures
def blocking(n):
    time.sleep(n)
    print("blocked", n)
    return n
async def main():
    begin = time.perf_counter()
    print(await asyncio.gather(asyncio.to_thread(blocking, 1), asyncio.to_thread(blocking, 2), asyncio.sleep(1.5)))
    print(f"{time.perf_counter() - begin:.2f}")
    loop = asyncio.get_running_loop()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        print(await asyncio.gather(*[loop.run_in_executor(pool, blocking, 1) for _ in range(4)]))
    print(f"{time.perf_counter() - begin:.2f}")
asyncio.run(main())
with concurrent.futures.ProcessPoolExecutor(2) as pool:
    print(list(pool.map(blocking, [3, 1, 2])), time.perf_counter())
thread = threading.Thread(target=blocking, args=(2,))
thread.start()
print(thread.is_alive(), time.perf_counter())
thread.join()
print(thread.is_alive(), time.perf_counter())
"""


def test_threads(tmp_path):
    run = Run(THREADS, tmp_path)
    assert run.state == "finished", run.err
    kept = [line for line in run.out.splitlines() if not line.startswith("blocked")]
    assert kept == ["[1, 2, None]", "2.00", "[1, 1, 1, 1]", "4.00", "[3, 1, 2] 7.0", "True 7.0", "False 9.0"]
    threads = [name for name in run.recording.tasks.values() if name.startswith("thread: ")]
    assert threads == ["thread: blocking"] * 6
    # A task that awaits a thread's result waits for that thread, and is woken by it.
    assert ("main", "tasks", "gather") in run.recording.waits()
    thread = run.recording.task("thread: blocking")
    slept = [row for row in run.recording.of("step") if row[1] == thread and row[4:5] == ["sleep"]]
    assert [row[7] - row[0] for row in slept] == [1_000_000_000]
    assert any(row[2] == "print" and row[1] == thread and row[4] == "blocked 1" for row in run.recording.events)


def test_to_thread_waits_for_its_thread(tmp_path):
    run = Run("import asyncio, time\nasync def main():\n    await asyncio.to_thread(time.sleep, 1)\nasyncio.run(main())\n", tmp_path)
    assert ("main", "task", "thread: sleep") in run.recording.waits()
    assert run.recording.of("wake")[0][3] == run.recording.task("thread: sleep")


def test_an_executor_that_is_full_queues(tmp_path):
    run = Run(
        "import asyncio, time\nfrom concurrent.futures import ThreadPoolExecutor\n"
        "def work(n):\n    print(n, time.monotonic())\n    time.sleep(1)\n"
        "async def main():\n    loop = asyncio.get_running_loop()\n    pool = ThreadPoolExecutor(1)\n"
        "    await asyncio.gather(*(loop.run_in_executor(pool, work, n) for n in range(3)))\nasyncio.run(main())\n",
        tmp_path,
    )
    assert run.out == "0 0.0\n1 1.0\n2 2.0\n"


def test_what_a_thread_tells_the_loop_comes_at_its_time():
    run = Run(
        "import asyncio, threading, time\n"
        "async def main():\n"
        "    loop, event = asyncio.get_running_loop(), asyncio.Event()\n"
        "    def work():\n        time.sleep(2)\n        loop.call_soon_threadsafe(event.set)\n"
        "    threading.Thread(target=work).start()\n"
        "    await event.wait()\n    print(loop.time())\n"
        "asyncio.run(main())\n"
    )
    assert run.out == "2.0\n"


def test_input_and_prompts():
    run = Run("name = input('name? ')\nprint('hello', name)\ninput()\n", inputs=["Ann"])
    assert run.out == "name? Ann\nhello Ann\n"
    assert run.state == "failed" and run.line == 3
    assert run.err.splitlines()[-1] == "EOFError: EOF when reading a line"
    assert "interleave" not in run.err


CHANCE = """
import os, random, uuid, secrets
print(random.random(), random.Random().random(), random.SystemRandom().random(), os.urandom(4), uuid.uuid4(), uuid.uuid1(), secrets.token_hex(4))
"""


def test_chance_comes_from_the_seed():
    first, again, other = Run(CHANCE, seed=1), Run(CHANCE, seed=1), Run(CHANCE, seed=2)
    assert first.state == "finished", first.err
    assert first.out == again.out
    assert not set(first.out.split()) & set(other.out.split())


def test_errors_are_shown_as_python_shows_them(tmp_path):
    source = "import asyncio\nasync def main():\n    await asyncio.sleep(1)\n    1 / 0\nasyncio.run(main())\n"
    run = Run(source, tmp_path)
    path = tmp_path / "program.py"
    path.write_text(source)
    done = subprocess.run([sys.executable, path.name], cwd=tmp_path, capture_output=True, text=True)
    plain = done.stderr.replace(str(tmp_path) + os.sep, "")
    assert [line.split("line")[0] for line in run.err.splitlines()] == [line.split("line")[0] for line in plain.splitlines()]
    assert run.state == "failed" and run.line == 4 and run.why == "ZeroDivisionError: division by zero"
    assert run.recording.of("exit")[0][3] == 1


@pytest.mark.skipif(sys.version_info < (3, 11), reason="no groups")
def test_the_line_of_a_group_is_that_of_the_error_in_it():
    run = Run(
        "import asyncio\nasync def work(n):\n    await asyncio.sleep(n)\n    1 / n\n"
        "async def main():\n    async with asyncio.TaskGroup() as group:\n        group.create_task(work(0))\n"
        "        group.create_task(work(1))\nasyncio.run(main())\n"
    )
    assert run.state == "failed" and run.line == 4
    assert run.why == "ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)"


@pytest.mark.parametrize(
    ("source", "state", "status", "said"),
    [
        ("import sys; sys.exit()", "finished", 0, ""),
        ("import sys; sys.exit(3)", "failed", 3, ""),
        ("import sys; sys.exit('no way')", "failed", 1, "no way\n"),
        ("import os; os._exit(2)", "failed", 2, ""),
        ("def f(:\n", "failed", 1, None),
    ],
)
def test_exit_status(source, state, status, said, tmp_path):
    run = Run(source, tmp_path)
    assert run.state == state
    assert run.recording.of("exit")[0][3] == status
    assert said is None or run.err == said
    assert "interleave" not in run.err


def test_a_deadlock_is_named(tmp_path):
    run = Run(
        "import asyncio\n"
        "async def one(a, b):\n    async with a:\n        await asyncio.sleep(1)\n        async with b:\n            pass\n"
        "async def main():\n    a, b = asyncio.Lock(), asyncio.Lock()\n    await asyncio.gather(one(a, b), one(b, a))\n"
        "try:\n    asyncio.run(main())\nfinally:\n    print('never said')\n",
        tmp_path,
    )
    assert run.state == "deadlocked" and run.line == 5
    assert run.out == ""
    (hang,) = run.recording.of("hang")
    assert hang[4] == [[2, 3]]


def test_the_same_request_gives_the_same_bytes():
    source = (TESTS / "programs" / "locks.py").read_text()
    words = [sys.executable, "-c", "import sys, interleave_lab; out = sys.stdout; interleave_lab.run(sys.stdin.read(), lambda *sent: print(sent, file=out))"]
    request = json.dumps({"source": source, "schedule": 5})
    outs = [
        subprocess.run(words, input=request, capture_output=True, text=True, env={**environment(), "PYTHONHASHSEED": "0"})
        for _ in range(2)
    ]
    assert outs[0].stderr == "" and "recording" in outs[0].stdout
    assert outs[0].stdout == outs[1].stdout
    assert Run(source, schedule=5).sent == Run(source, schedule=5).sent


LITTER = """
import asyncio, builtins, gc, logging, os, random, sys, time, warnings, json
logging.basicConfig(level=logging.DEBUG)
logging.getLogger("asyncio").setLevel(logging.DEBUG)
builtins.print = asyncio.sleep = time.time = json.dumps = None
os.environ["LITTER"] = "1"
sys.path.append("litter"); sys.setrecursionlimit(500)
random.seed(1)
gc.disable(); gc.set_threshold(7)
warnings.simplefilter("error")
open("litter.txt", "w").write("x")
"""


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    import asyncio
    import builtins
    import gc
    import logging
    import random
    import time
    import warnings

    monkeypatch.chdir(tmp_path)

    def look():
        return (
            builtins.print, builtins.open, builtins.input, asyncio.sleep, asyncio.Task, asyncio.run, time.time, time.sleep, json.dumps,
            os.environ.get("LITTER"), list(sys.path), sys.getrecursionlimit(), random.getstate(), list(warnings.filters),
            logging.root.level, list(logging.root.handlers), logging.getLogger("asyncio").level, sys.stdout, sys.modules["__main__"],
            sorted(sys.modules), list(sys.meta_path), os.listdir(), gc.isenabled(), gc.get_threshold(),
        )  # fmt: skip

    Run("import aiohttp, requests.exceptions")
    before = look()
    assert Run(LITTER).state == "finished"
    assert look() == before
    assert Run("import os\nprint(os.path.exists('litter.txt'))\n").out == "False\n"


def test_a_bad_request_is_said():
    bad = [
        "", "[]", "{}", '{"source": "", "world": [{"path": 1}]}', '{"source": "", "limits": {"steps": 1}}',
        '{"source": "", "world": [{"url": "*", "latency": "fast"}]}', '{"source": "", "world": [{"url": "*", "latency": -1}]}',
        '{"source": "", "seed": "x"}', '{"source": "", "cancel": 1.5}', '{"source": "", "limits": {"wall": true}}',
    ]  # fmt: skip
    for text in bad:
        answer = json.loads(interleave_lab.run(text, lambda *sent: None))
        assert answer["state"] == "failed" and answer["why"].startswith("the request")


def test_unfinished_business_is_reported_as_by_python():
    run = Run(
        "import asyncio\n"
        "async def f(): pass\n"
        "async def g(): raise ValueError('x')\n"
        "async def main():\n    f()\n    asyncio.create_task(g())\n    await asyncio.sleep(0)\n"
        "asyncio.run(main())\n"
    )
    assert "program.py:5: RuntimeWarning: coroutine 'f' was never awaited" in run.err
    assert "Task exception was never retrieved" in run.err
    assert "interleave_" not in run.err


def test_locks_and_events_of_threads():
    run = Run(
        "import asyncio, threading, time\n"
        "lock, ready, total = threading.Lock(), threading.Event(), 0\n"
        "def add(n):\n    global total\n    with lock:\n        seen = total\n        time.sleep(1)\n        total = seen + n\n"
        "def late():\n    time.sleep(5)\n    ready.set()\n"
        "async def main():\n"
        "    await asyncio.gather(*(asyncio.to_thread(add, n) for n in (1, 2, 3)))\n    print(total, time.monotonic())\n"
        "asyncio.run(main())\n"
        "threading.Thread(target=late).start()\n"
        "print(ready.is_set(), ready.wait(2), time.monotonic())\n"
        "print(ready.wait(), ready.is_set(), time.monotonic())\n"
        "threading.Event().wait()\n"
    )
    assert run.out == "6 3.0\nFalse False 5.0\nTrue True 8.0\n"
    assert run.state == "deadlocked" and run.line == 19 and "all threads wait" in run.why


def test_nothing_but_the_program_is_recorded(tmp_path):
    run = Run(
        "import asyncio, time\nasync def main():\n    await asyncio.to_thread(time.sleep, 1)\n    time.sleep(1)\n"
        "asyncio.run(main())\ntime.sleep(1)\n",
        tmp_path,
    )
    assert set(run.recording.tasks.values()) == {"main", "thread: sleep"}
    assert [file["name"] for file in run.recording.defined["file"].values() if file["user"]] == ["program.py"]
    (blocked,) = run.recording.of("blocked")
    assert [run.recording.place(site)[1] for site in blocked[4]] == [4, 5]


def test_what_a_program_is_the_first_to_import_works_in_the_next_run_too():
    # Such a module has references to the played functions.
    source = "import sys\nsys.modules.pop('sched', None)\nimport sched\n"
    Run(source)
    run = Run("import sched, time\nplan = sched.scheduler()\nplan.enter(3, 1, lambda: print(time.monotonic()))\nplan.run()\n")
    assert run.out == "3.0\n"
    import sched
    import time

    assert abs(sched._time() - time.monotonic()) < 60


def test_threads_have_names():
    source = (
        "import asyncio, threading, time\nfrom concurrent.futures import ThreadPoolExecutor\n"
        "def name():\n    time.sleep(1)\n    return threading.current_thread().name\n"
        "async def main():\n"
        "    print(await asyncio.gather(asyncio.to_thread(name), asyncio.to_thread(name)), await asyncio.to_thread(name))\n"
        "asyncio.run(main())\n"
        "print(name(), [*ThreadPoolExecutor(1).map(lambda _: name(), range(2))])\n"
        "one = threading.Thread(target=lambda: print(name(), threading.get_ident() == one.ident != threading.main_thread().ident))\n"
        "one.start()\n"
    )
    # Twice, since the numbers in names must not continue.
    for _ in range(2):
        assert Run(source).out == (
            "['asyncio_0', 'asyncio_1'] asyncio_0\nMainThread ['ThreadPoolExecutor-0_0', 'ThreadPoolExecutor-0_0']\n"
            "Thread-2 (<lambda>) True\n"
        )


def test_signals_can_be_listened_to_and_never_come():
    run = Run(
        "import asyncio, signal\nasync def main():\n    loop = asyncio.get_running_loop()\n    stop = asyncio.Event()\n"
        "    loop.add_signal_handler(signal.SIGTERM, stop.set)\n    loop.call_later(9, stop.set)\n    await stop.wait()\n"
        "    print(loop.time(), loop.remove_signal_handler(signal.SIGTERM), loop.remove_signal_handler(signal.SIGTERM))\n"
        "asyncio.run(main())\n"
    )
    assert run.out == "9.0 True False\n"


def test_a_pool_gives_up_after_a_time():
    run = Run(
        "import concurrent.futures, time\n"
        "with concurrent.futures.ThreadPoolExecutor() as pool:\n    try:\n"
        "        print(list(pool.map(time.sleep, [1, 3], timeout=2)))\n"
        "    except concurrent.futures.TimeoutError:\n        print(time.monotonic())\nprint(time.monotonic())\n"
    )
    assert run.out == "2.0\n3.0\n", run.err


def test_a_thread_that_cannot_be_suspended_stops_the_run_if_it_holds_up_another():
    run = Run(
        "import threading, time\n"
        "def key(n):\n    time.sleep(n)\n    return n\n"
        "def work():\n    print(sorted([2, 1], key=key))\n"
        "thread = threading.Thread(target=work)\nthread.start()\ntime.sleep(1)\nprint('never')\n"
    )
    assert run.state == "stopped" and run.line == 3 and "cannot suspend this thread here" in run.why
    assert run.out == ""


def test_threads_that_are_left_do_not_clean_up():
    run = Run(
        "import threading, time\n"
        "def work():\n    try:\n        time.sleep(9)\n    finally:\n        print('never')\n        time.sleep(1)\n"
        "threading.Thread(target=work, daemon=True).start()\nprint(time.monotonic())\n"
    )
    assert (run.state, run.out, run.err) == ("finished", "0.0\n", "")


def test_what_a_thread_waits_for_is_recorded(tmp_path):
    run = Run(
        "import asyncio, queue, threading, time\n"
        "items = queue.Queue()\n"
        "def take():\n    print(items.get())\n"
        "def put():\n    time.sleep(1)\n    items.put('item')\n"
        "async def main():\n    threading.Thread(target=take, name='taker').start()\n    await asyncio.to_thread(put)\n"
        "asyncio.run(main())\n",
        tmp_path,
    )
    taker, putter = run.recording.task("thread: taker"), run.recording.task("thread: put")
    waits = {(row[1], row[4], run.recording.place(row[5])[1]) for row in run.recording.of("step") if len(row) > 4}
    assert {(taker, "thread", 4), (putter, "sleep", 6)} <= waits
    assert [1_000_000_000, taker, "wake", putter] in run.recording.events
    assert any(row[1] == taker and row[2:] == ["print", "stdout", "item"] for row in run.recording.events)


def test_threads_that_poll_without_sleeping_let_time_pass():
    run = Run(
        "import threading, time\nlock, over = threading.Lock(), False\nlock.acquire()\n"
        "def yields():\n    while not over:\n        time.sleep(0)\n    print('saw the end')\n"
        "def polls():\n    while not lock.acquire(blocking=False):\n        pass\n    print('has the lock')\n"
        "threads = [threading.Thread(target=one) for one in (yields, polls)]\n"
        "for thread in threads:\n    thread.start()\n"
        "time.sleep(0.1)\nover = True\nlock.release()\nfor thread in threads:\n    thread.join()\n"
    )
    assert run.state == "finished", run.why
    assert sorted(run.out.splitlines()) == ["has the lock", "saw the end"]
