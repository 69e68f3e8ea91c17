"""A program that hangs is reported: on Ctrl-C, and when no task runs for some time."""

import signal
import subprocess
import sys
import time

import pytest
from support import Recording, command, environment

from interleave_recorder import record

DEADLOCK = [
    "  deadlock:",
    "    out [2] (deadlock.py:7 in transfer) waits for lock current, held by back [3]",
    "    back [3] (deadlock.py:7 in transfer) waits for lock savings, held by out [2]",
    "  main [1] (deadlock.py:14 in main) waits for out [2], back [3]",
]


def _start(program, output, *options):
    child = subprocess.Popen(
        command(program, output, options), env=environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stdout.readline() == "ready\n"
    return child


def test_a_deadlock_on_an_interrupt(tmp_path):
    path = tmp_path / "recording.jsonl"
    child = _start("deadlock", path)
    while path.read_text().count('"lock",') < 4:
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=30)
    lines = err.splitlines()
    assert lines[0].startswith("interleave: interrupted after ")
    assert lines[0].endswith(": 3 tasks waiting")
    assert lines[1:5] == DEADLOCK
    (hang,) = Recording(path).of("hang")
    assert hang[4] == [[2, 3]]
    assert hang[5][1:] == DEADLOCK


def test_a_deadlock_while_it_lasts(tmp_path):
    path = tmp_path / "recording.jsonl"
    child = _start("deadlock", path, "--stuck", "0.6")
    lines = [child.stderr.readline().rstrip("\n") for _ in range(5)]
    assert lines[0] == "interleave: deadlock for 0.6 s: 3 tasks waiting"
    assert lines[1:] == DEADLOCK
    child.kill()
    child.communicate()
    assert Recording(path, whole=False).of("hang")[0][4] == [[2, 3]]


def _report(body, tmp_path, options=("--stuck", "0.6")):
    """The report about a program that never ends."""
    program = tmp_path / "hangs.py"
    program.write_text("import asyncio\nimport time\n\n" + body)
    child = subprocess.Popen(
        [sys.executable, "-m", "interleave_recorder", "-o", str(tmp_path / "r.jsonl"), *options, str(program)],
        env=environment(), text=True, stderr=subprocess.PIPE,
    )  # fmt: skip
    first = child.stderr.readline()
    time.sleep(0.2)
    child.kill()
    lines = [first, *child.communicate()[1].splitlines(True)]
    return [line.rstrip("\n") for line in lines]


def test_a_deadlock_beside_a_task_that_goes_on(tmp_path):
    report = _report(
        """
async def ticks():
    while True:
        await asyncio.sleep(0.01)

async def main():
    lock = asyncio.Lock()
    asyncio.create_task(ticks())
    async with lock:
        async with lock:
            pass

asyncio.run(main())
""",
        tmp_path,
    )
    assert report[1:3] == ["  deadlock:", "    main [1] (hangs.py:13 in main) waits for lock lock, held by main [1]"]


def test_tasks_that_await_each_other_through_permits(tmp_path):
    report = _report(
        """
async def child(permits):
    async with permits:
        pass

async def parent(permits):
    async with permits:
        await asyncio.create_task(child(permits), name="child")

async def main():
    permits = asyncio.Semaphore(2)
    await asyncio.gather(*(asyncio.create_task(parent(permits), name=f"p{n}") for n in range(2)))

asyncio.run(main())
""",
        tmp_path,
    )
    told = "\n".join(report)
    assert "deadlock:" in told
    assert "waits for semaphore permits, held by p0 [2], p1 [3]" in told
    assert "p0 [2] (hangs.py:11 in parent) waits for child [4]" in told


def test_a_queue_without_a_producer(tmp_path):
    report = _report(
        """
async def main():
    orders = asyncio.Queue()
    await orders.get()

asyncio.run(main())
""",
        tmp_path,
    )
    assert report == [
        "interleave: no task has made a step for 0.6 s: 1 task waiting",
        "  main [1] (hangs.py:7 in main) waits for an item of queue orders",
    ]


def test_a_step_that_does_not_end(tmp_path):
    report = _report(
        """
def crunch():
    while True:
        pass

async def main():
    crunch()

asyncio.run(main())
""",
        tmp_path,
    )
    assert report[0] == "interleave: no task has made a step for 0.6 s: 0 tasks waiting"
    assert report[1].startswith("  task [1] has held the event loop for ")
    assert "hangs.py:" in report[1] and "in crunch" in report[1]


def test_a_program_that_waits_for_a_timer_is_no_deadlock(tmp_path):
    report = _report("asyncio.run(asyncio.sleep(30))\n", tmp_path)
    assert "deadlock" not in "\n".join(report)
    assert "waits for a timer" in report[1]


def test_there_is_one_recording_at_a_time(tmp_path):
    with record(tmp_path / "one.jsonl"), pytest.raises(RuntimeError, match="under way"):
        with record(tmp_path / "two.jsonl"):
            pass
