"""A recorded program does what it does without the recorder: output, errors, tracebacks, exit status."""

import os
import signal
import subprocess
import sys
import zipfile

import pytest
from support import PROGRAMS, Recording, command, environment, run

#: Programs that need a later Python than the oldest.
SINCE = {"barrier": (3, 11), "groups": (3, 11), "eager": (3, 12)}
RUNS_TO_ITS_END = [
    "basics", "locks", "barrier", "queues", "cancels", "groups", "several", "outside", "problems", "output", "fails",
    "exits", "eager", "blocked", "threads", "forks", "broken", "stacks", "copies", "texts",
]  # fmt: skip


@pytest.mark.parametrize("program", RUNS_TO_ITS_END)
def test_output_and_status_are_the_same(program, tmp_path):
    if sys.version_info < SINCE.get(program, (3, 10)):
        pytest.skip("needs a later Python")
    plain = run(program, None, args=("one", "two"))
    recorded = run(program, tmp_path / "recording.jsonl", args=("one", "two"))
    assert recorded.stdout == plain.stdout
    assert _without_addresses(recorded.stderr) == _without_addresses(plain.stderr)
    assert recorded.returncode == plain.returncode
    Recording(tmp_path / "recording.jsonl")


def _without_addresses(text):
    return "\n".join(line.split(" at 0x")[0] for line in text.split("\n"))


def test_modules_are_run_as_with_python_m(tmp_path):
    package = tmp_path / "shop"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "goods.py").write_text("NAME = 'tea'\n")
    (package / "__main__.py").write_text(
        "import asyncio, sys\nfrom .goods import NAME\n"
        "async def main():\n    print(NAME, sys.argv[1:], __name__, __package__, __spec__.name, __file__)\n"
        "asyncio.run(main())\n"
    )
    both = []
    for recorder in ([], ["-m", "interleave_recorder"]):
        done = subprocess.run(
            [sys.executable, *recorder, "-m", "shop", "-m", "x"],
            cwd=tmp_path, env=environment(), capture_output=True, text=True,
        )  # fmt: skip
        both.append((done.stdout, done.stderr, done.returncode))
    assert both[0] == both[1]
    assert "tea ['-m', 'x']" in both[0][0]
    assert Recording(tmp_path / "recording.jsonl").header["program"] == "shop"


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_an_interrupted_program_cleans_up_and_dies_of_the_signal(tmp_path):
    both = []
    for output in (None, tmp_path / "recording.jsonl"):
        child = subprocess.Popen(
            command("interrupted", output), env=environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert child.stdout.readline() == "ready\n"
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=30)
        both.append((out, [line for line in err.splitlines() if "_sigint" not in line], child.returncode))
    plain, recorded = both
    assert recorded[0] == plain[0] == "cleaning up\n"
    assert recorded[2] == plain[2] == -signal.SIGINT
    said = [line for line in recorded[1] if line.startswith("interleave: ")]
    assert len(said) == 1 and "1 task waiting" in said[0]
    # asyncio's own message about the interrupt is the same, except for the place in its loop.
    assert recorded[1][-1] == plain[1][-1] == "KeyboardInterrupt"
    assert not any("interleave_recorder" in line for line in recorded[1])
    assert Recording(tmp_path / "recording.jsonl").of("exit")[0][3] == 130


def _both(words, tmp_path):
    """The results of the interpreter with these arguments, plain and recorded."""
    return [
        subprocess.run(
            [sys.executable, *recorder, *words], cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60
        )
        for recorder in ([], ["-m", "interleave_recorder"])
    ]


FAILS = """
import asyncio, runpy, sys, traceback
from helper import NAME
async def main():
    print(NAME, sys.argv[1:], __name__, repr(__package__), __spec__ is None, sys.path[0], __builtins__)
    traceback.print_stack()
    runpy.run_path("missing.py")
asyncio.run(main())
"""


@pytest.mark.parametrize("how", ["script", "module", "folder", "archive"])
def test_errors_look_the_same_however_the_program_is_started(how, tmp_path):
    (tmp_path / "folder").mkdir()
    for name, source in (("__main__.py", FAILS), ("fails.py", FAILS), ("helper.py", "NAME = 'tea'\n")):
        (tmp_path / name).write_text(source)
        (tmp_path / "folder" / name).write_text(source)
        with zipfile.ZipFile(tmp_path / "app.zip", "a") as archive:
            archive.writestr(name, source)
    words = {"script": ["fails.py"], "module": ["-m", "fails"], "folder": ["folder"], "archive": ["app.zip"]}[how]
    plain, recorded = _both([*words, "one", "-x"], tmp_path)
    assert recorded.stdout == plain.stdout != ""
    assert recorded.stderr == plain.stderr and "missing.py" in plain.stderr
    assert recorded.returncode == plain.returncode == 1
    assert Recording(tmp_path / "recording.jsonl").task("main") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["empty"], "can't find '__main__' module in 'empty'"),
        (["missing.py"], "can't open file 'missing.py': No such file or directory"),
        (["-m", "missing"], "no module named missing"),
        (["-m", "json.missing"], "no module named json.missing"),
        (["-m", "missing.part"], "no module named missing.part"),
    ],
)
def test_a_missing_program_is_said_and_exits_as_in_python(words, said, tmp_path):
    (tmp_path / "empty").mkdir()
    plain, recorded = _both(words, tmp_path)
    assert recorded.returncode == plain.returncode != 0
    assert said in recorded.stderr and "Traceback" not in recorded.stderr
    assert not (tmp_path / "recording.jsonl").exists()


@pytest.mark.parametrize("status", ["True", "False", "None", "7", "'text'"])
def test_exit_statuses_are_recorded(status, tmp_path):
    (tmp_path / "leaves.py").write_text(f"import asyncio, sys\nasyncio.run(asyncio.sleep(0))\nsys.exit({status})\n")
    plain, recorded = _both(["leaves.py"], tmp_path)
    assert (recorded.returncode, recorded.stderr) == (plain.returncode, plain.stderr)
    assert Recording(tmp_path / "recording.jsonl").of("exit")[0][3] == plain.returncode


LEAVES_A_TASK = """
import asyncio
loop = asyncio.new_event_loop()
task = loop.create_task(asyncio.sleep(9))
loop.run_until_complete(asyncio.sleep(0))
"""


def test_a_task_that_is_left_is_reported_at_the_end(tmp_path):
    # The writing thread kept the loop alive, sometimes.
    (tmp_path / "leaves.py").write_text(LEAVES_A_TASK)
    for _ in range(5):
        plain, recorded = _both(["leaves.py"], tmp_path)
        assert "Task was destroyed but it is pending" in plain.stderr
        assert recorded.stderr.splitlines()[0] == plain.stderr.splitlines()[0]


DEBUG = """
import asyncio
async def main():
    tasks = [asyncio.current_task(), asyncio.create_task(asyncio.sleep(0))]
    print([task._source_traceback[-1].name for task in tasks])
asyncio.run(main(), debug=True)
"""


def test_in_debug_mode_tasks_are_created_where_they_are_without(tmp_path):
    path = tmp_path / "debug.py"
    path.write_text(DEBUG)
    both = [
        subprocess.run([sys.executable, *recorder, str(path)], cwd=tmp_path, env=environment(), capture_output=True, text=True).stdout
        for recorder in ([], ["-m", "interleave_recorder"])
    ]
    assert both[0] == both[1] != ""


def test_a_program_must_be_named(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "interleave_recorder"],
        cwd=tmp_path, env=environment(), capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert "name a script" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "recording.jsonl").exists()


def test_programs_are_all_tested():
    elsewhere = {"interrupted", "deadlock", "ticks", "many", "nobody_sets"}
    assert {path.stem for path in PROGRAMS.glob("*.py")} == set(RUNS_TO_ITS_END) | elsewhere
