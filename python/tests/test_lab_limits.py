"""Programs that do not end are stopped, with the line; there is no network."""

import sys

import pytest
from lab import Run

HANGS = "import asyncio\nasync def main():\n    await asyncio.sleep(1)\n    print('now')\n    while True:\n        pass\nasyncio.run(main())\n"
TURNS = "import asyncio\nasync def main():\n    while True:\n        await asyncio.sleep(0)\nasyncio.run(main())\n"
EVER = "import asyncio\nasync def tick():\n    while True:\n        await asyncio.sleep(1)\nasync def main():\n    await tick()\nasyncio.run(main())\n"
GROWS = """
import asyncio
async def f():
    asyncio.create_task(f())
    asyncio.create_task(f())
    await asyncio.sleep(1)
asyncio.run(f())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no interval timer")
def test_a_loop_that_computes(tmp_path):
    run = Run(HANGS, tmp_path, limits={"wall": 0.5})
    assert (run.state, run.why) == ("stopped", "it has computed for 0.5 s")
    assert run.line in (5, 6)
    assert run.out == "now\n"
    assert run.err == ""
    assert run.recording.of("exit")[0][3] is None


def test_turns_without_time(tmp_path):
    run = Run(TURNS, tmp_path, limits={"turns": 500})
    assert run.state == "stopped" and "500 times" in run.why
    assert run.line == 4
    assert run.recording.of("log")[-1][5].startswith("stopped in line 4")


def test_virtual_hours(tmp_path):
    run = Run(EVER, tmp_path, limits={"virtual": 60, "moves": 0})
    assert run.state == "stopped" and "60 s of the program's time" in run.why
    assert run.line == 4


def test_tasks_without_end(tmp_path):
    run = Run(GROWS, limits={"events": 20_000, "wall": 60})
    assert run.state == "stopped" and "20,000 lines" in run.why
    assert run.rows.count("\n") < 25_000


def test_output_without_end():
    run = Run("while True:\n    print('again and again')\n", limits={"events": 5_000, "wall": 60})
    assert run.state == "stopped" and run.line == 2


def test_a_stop_runs_no_clean_up_and_says_nothing_more():
    source = TURNS.replace("    while True:\n        await asyncio.sleep(0)", "    try:\n        while True: await asyncio.sleep(0)\n    finally:\n        print('clean-up')")
    run = Run(source, limits={"turns": 50})
    assert run.state == "stopped" and run.said == ""


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("await asyncio.open_connection('example.com', 80)", "the lab has no network"),
        ("await asyncio.open_connection('10.0.0.1', 80)", "the lab has no network"),
        ("await asyncio.get_running_loop().getaddrinfo('example.com', 80)", "the lab has no network"),
        ("__import__('socket').create_connection(('example.com', 80))", "the lab has no network"),
        ("__import__('urllib.request').request.urlopen('http://example.com')", "the lab has no network"),
        ("s = __import__('socket').create_server(('', 80)); s.accept()", "no blocking sockets"),
        ("await asyncio.create_subprocess_exec('ls')", "the lab has no other processes"),
        ("__import__('subprocess').run(['ls'])", "the lab has no other processes"),
        ("__import__('os').system('ls')", "the lab has no other processes"),
        ("__import__('multiprocessing').Pool(2)", "the lab has no other processes"),
        ("__import__('multiprocessing').get_context('spawn').Queue()", "the lab has no other processes"),
        ("__import__('multiprocessing').Process(target=print).start()", "the lab has no other processes"),
    ],
)
def test_what_the_lab_does_not_have_is_named(line, says):
    run = Run(f"import asyncio\nasync def main():\n    {line}\nasyncio.run(main())\n")
    assert run.state == "failed"
    assert says in run.err.splitlines()[-1]
    assert run.line == 3
    # A package of pytest for Python 3.10 shows exceptions in its own way.
    assert sys.version_info < (3, 11) or "interleave" not in run.err


def test_a_stop_tells_its_line_at_once_since_the_program_may_catch_it():
    run = Run(TURNS, limits={"turns": 50})
    assert ("line", str(run.answer["line"])) in run.sent


def test_a_run_that_is_watched_hands_over_each_step_and_says_the_same():
    source = "import asyncio\nasync def main():\n    for n in range(50):\n        await asyncio.sleep(1)\n        print(n)\nasyncio.run(main())\n"
    plain, watched = Run(source), Run(source, watched=True)
    assert (watched.rows, watched.out) == (plain.rows, plain.out)
    pieces = [text for kind, text in watched.sent if kind == "recording"]
    assert len(pieces) > 50


def test_what_is_too_large_for_memory_is_an_error_of_the_program():
    run = Run("import sys\nprint('begin')\nx = [0] * sys.maxsize\n")
    assert (run.state, run.line, run.why, run.out) == ("failed", 3, "MemoryError", "begin\n")


def test_a_callback_that_computes_is_stopped_in_its_own_line():
    # The reported line was that at which a task waits.
    source = (
        "import asyncio, time\ndef late():\n    while True:\n        time.sleep(10)\n"
        "async def main():\n    asyncio.get_running_loop().call_later(1, late)\n    await asyncio.sleep(5)\nasyncio.run(main())\n"
    )
    run = Run(source, limits={"virtual": 60, "moves": 0})
    assert run.state == "stopped" and run.line == 4


def test_few_long_sleeps_are_no_endless_loop():
    source = (
        "import asyncio, math\nasync def main():\n    for _ in range(3):\n        await asyncio.sleep(86_400)\n"
        "    print(asyncio.get_running_loop().time())\n    await asyncio.sleep(math.inf)\nasyncio.run(main())\n"
    )
    run = Run(source)
    assert run.out == "259200.0\n"
    assert run.state == "deadlocked" and run.line == 6
