"""Programs that mix asyncio's primitives, and programs that do not end."""

import sys

import pytest
from lab import Run
from support import TESTS

FOLDER = TESTS / "lab_programs"
SINCE = {
    "02_event_barrier": 11, "03_queue_shutdown": 13, "04_shield": 11, "05_nested_groups": 11, "07_contextvars": 11, "10_mixed": 11, "12_runner_old": 11,
    "13_eager": 12,
}  # fmt: skip
ENDS = sorted(path.stem for path in FOLDER.glob("[01]*.py"))
STOPPED = {
    "20_hang": "computed for",
    "21_livelock": "no time passed",
    "22_forever": "of the program's time have passed",
    "27_tasks_blowup": "lines were recorded",
}


def _source(name):
    if sys.version_info < (3, SINCE.get(name, 10)):
        pytest.skip("needs a later Python")
    return (FOLDER / f"{name}.py").read_text()


@pytest.mark.parametrize("name", ENDS)
def test_it_comes_to_its_end(name, tmp_path):
    run = Run(_source(name), tmp_path, file=f"{name}.py", inputs=["Ann"])
    assert run.state == ("deadlocked" if "deadlock" in name else "finished"), run.err
    assert run.out == (FOLDER / "expected" / f"{name}.txt").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="no interval timer")
@pytest.mark.parametrize("name", sorted(STOPPED))
def test_it_is_stopped(name, tmp_path):
    run = Run(_source(name), tmp_path, limits={"wall": 1 if name == "20_hang" else 60, "events": 5_000, "turns": 1_000})
    assert run.state == "stopped" and STOPPED[name] in run.why
    assert run.line is not None and run.err == ""
    # The output until then is there.
    assert run.recording.of("created") and run.recording.of("exit")[0][3] is None


def test_all_are_there():
    assert len(ENDS) + len(STOPPED) == 17
