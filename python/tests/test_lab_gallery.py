"""The gallery's programs run, and exploring the traps finds the bug of each."""

import ast
import sys

import pytest
from lab import Run, explore
from support import TESTS

GALLERY = TESTS.parent / "lab" / "gallery"
NAMES = sorted(path.stem for path in GALLERY.glob("*.py"))
SINCE = {"task_group": 11, "lock": 11, "condition": 11, "timeout": 11, "barrier": 11, "wait_for": 11, "shield": 11, "eager_tasks": 12}
#: The result of each: the seconds that it takes, and its last line.
ENDS = {
    "as_completed": (3, "north 14 so the best is 14"),
    "async_generator": (3.5, "the sensor is off"),
    "barrier": (6, "all are up"),
    "condition": (3, "Cy takes salt"),
    "context_variables": (2, "nobody is left in main"),
    "eager_tasks": (1, "A B"),
    "event": (5, "runner 3 is in"),
    "first_steps": (9, "['small', 'large', 'old']"),
    "gather": (3, "['profile', 'orders', 'offers']"),
    "lock": (6, "photo prints"),
    "priority_queue": (8, "next: cough"),
    "queue": (3, "done 5"),
    "semaphore": (7, "file 5"),
    "shield": (3, "number 17"),
    "task": (3, "served: tea"),
    "task_group": (2.5, "failed: two"),
    "timeout": (3.5, "that was enough"),
    "to_thread": (4, "directly: 2 MB"),
    "trap_clean_up": (3, "connections in use: 0"),
    "trap_lock_order": (2, "done"),
    "trap_lost_update": (0, "balance: 180"),
    "wait": (1, "cancelled: Cairo Oslo"),
    "wait_for": (3, "TimeoutError after 3.0 s"),
}


def _source(name):
    if sys.version_info < (3, SINCE.get(name, 10)):
        pytest.skip("needs a later Python")
    return (GALLERY / f"{name}.py").read_text()


@pytest.mark.parametrize("name", NAMES)
def test_a_program_of_the_gallery(name, tmp_path):
    run = Run(_source(name), tmp_path, file=f"{name}.py")
    assert run.state == "finished" and run.err == ""
    assert (run.answer["seconds"], run.out.splitlines()[-1]) == ENDS[name]


@pytest.mark.parametrize("name", NAMES)
def test_its_first_line_says_what_to_see(name):
    source = (GALLERY / f"{name}.py").read_text()
    lines = source.splitlines()
    first = lines[0]
    assert first.startswith("# What to see: ") and first.endswith(".")
    assert max(map(len, lines)) <= 92
    if sys.version_info >= (3, 12):
        ast.parse(source)


def test_all_are_there():
    assert NAMES == sorted(ENDS)


def test_a_schedule_loses_an_update():
    source = _source("trap_lost_update")
    found = explore(source, seeds=[0, 49])
    outputs = {one["output"] for one in found}
    assert outputs == {"balance: 180\n", "balance: 130\n"}
    first = next(one for one in found if one["output"] == "balance: 130\n")
    # The run under that schedule is the same.
    assert Run(source, schedule=first["seed"]).out == first["output"]


def test_a_schedule_deadlocks(tmp_path):
    source = _source("trap_lock_order")
    found = explore(source, seeds=[0, 49])
    assert {one["state"] for one in found} == {"finished", "deadlocked"}
    first = next(one for one in found if one["state"] == "deadlocked")
    run = Run(source, tmp_path, schedule=first["seed"])
    assert run.state == "deadlocked" and run.line == first["line"]
    (hang,) = run.recording.of("hang")
    assert sorted(hang[4][0]) == [2, 3]


def test_a_cancel_finds_the_clean_up_that_is_missing():
    source = _source("trap_clean_up")
    plain = Run(source)
    assert plain.answer["awaits"] == 3
    found = explore(source, cancels=[1, plain.answer["awaits"]])
    assert [one["output"] for one in found] == [
        "connections in use: 0\n", "connections in use: 1\n", "connections in use: 0\n",
    ]  # fmt: skip
    assert all(one["state"] == "failed" and one["error"] == "asyncio.exceptions.CancelledError" for one in found)
    assert [one["cancel"] for one in found] == [1, 2, 3]
