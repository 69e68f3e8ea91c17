"""CPython 3.14, as Pyodide brings it for the lab: programs that need no sockets, processes and threads."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import PROGRAMS, SOURCE, TESTS, Recording, run

#: Each takes two interpreters, which start in a second or two.
NAMES = ["locks", "groups", "problems", "eager"]
#: The folder of the tools of `cargo xtask`.
TOOLS = Path(os.environ.get("INTERLEAVE_TOOLS") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "interleave", "tools"))


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The results of the programs there, and the folder of the recordings."""
    if sys.version_info < (3, 13):
        pytest.skip("once is enough: with the newest Python")
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not here")
    found = sorted(TOOLS.glob("pyodide-*/node_modules/pyodide"))
    if not found:
        pytest.skip("Pyodide is not here: `cargo xtask lab` installs it")
    folder = tmp_path_factory.mktemp("recordings")
    words = [node, str(TESTS / "pyodide" / "run.mjs"), f"{found[-1]}/", str(SOURCE), str(PROGRAMS), str(folder), *NAMES]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return {one["name"]: one for one in map(json.loads, done.stdout.splitlines())}, folder


@pytest.mark.parametrize("name", NAMES)
def test_a_program_does_there_what_it_does_without_the_recorder(name, ran):
    did, folder = ran
    assert did[name]["recorded"] == did[name]["plain"]
    recording = Recording(folder / f"{name}.jsonl")
    assert recording.header["python"].startswith("3.14")
    assert recording.of("exit")[0][3] == did[name]["plain"]["status"]


def _seen(recording, name):
    """Everything that does not depend on durations."""
    tasks = recording.tasks
    waits = [row for row in recording.of("step") if len(row) > 4]
    return {
        "tasks": sorted(tasks.values()),
        "waits": recording.waits(),
        "lines": {recording.place(row[5]) for row in waits if row[5] and recording.place(row[5])[0] == f"{name}.py"},
        "ends": sorted((tasks[row[1]], *row[3:5]) for row in recording.of("end")),
        "cancels": {(tasks[row[1]], row[4]) for row in recording.of("cancel")},
        "wakes": {(tasks[row[1]], tasks[row[3]]) for row in recording.of("wake")},
        "problems": [row[3] for row in recording.of("problem")],
        "objects": {(row["kind"], row["name"]) for row in recording.defined["object"].values()},
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_same_is_seen_there_as_by_this_python(name, ran, tmp_path):
    here = tmp_path / "recording.jsonl"
    run(name, here, args=("one", "two"))
    assert _seen(Recording(ran[1] / f"{name}.jsonl"), name) == _seen(Recording(here), name)
