"""Many tasks: everything is there, in memory that does not grow with the recording, and at a bounded cost."""

import re
import subprocess
import sys

from support import PROGRAMS, Recording, environment, run

TASKS = 10_000


def test_ten_thousand_tasks(tmp_path):
    path = tmp_path / "recording.jsonl"
    done = run("many", path, args=(str(TASKS),))
    assert done.stdout == f"{TASKS * (TASKS - 1) // 2}\n"
    kinds = re.findall(r'^\[\d+,\d+,"(\w+)"', path.read_text(), re.MULTILINE)
    counts = {kind: kinds.count(kind) for kind in set(kinds)}
    assert counts["created"] == counts["start"] == counts["end"] == TASKS + 1
    # Three waits and an end each; main waits once.
    assert counts["step"] == 4 * TASKS + 2
    assert counts["gauge"] == 2 * TASKS


def test_a_wide_recording_is_sound(tmp_path):
    path = tmp_path / "recording.jsonl"
    run("many", path, args=("500",))
    recording = Recording(path)
    (gather,) = [row for row in recording.of("step") if row[4:5] == ["tasks"]]
    assert gather[8] == 500 and len(gather[9]) == 100, "some are named, all are counted"


PEAK = """
import resource, runpy, sys
sys.argv = sys.argv[1:]
sys.path.insert(0, "")
try:
    runpy.run_module("interleave_recorder", run_name="__main__", alter_sys=False)
finally:
    import atexit
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


def test_memory_does_not_grow_with_the_recording(tmp_path):
    sizes, peaks = [], []
    for seconds in ("0.3", "2"):
        path = tmp_path / f"{seconds}.jsonl"
        words = ["interleave_recorder", "-o", str(path), str(PROGRAMS / "ticks.py"), seconds]
        done = subprocess.run(
            [sys.executable, "-c", PEAK, *words], capture_output=True, text=True, env=environment(), timeout=60
        )
        assert done.returncode == 0, done.stderr
        sizes.append(path.stat().st_size)
        peaks.append(int(done.stderr.split()[-1]))
    assert sizes[1] > 2 * sizes[0]
    unit = 1024 if sys.platform == "darwin" else 1
    assert (peaks[1] - peaks[0]) / unit < 2000, "kilobytes"
