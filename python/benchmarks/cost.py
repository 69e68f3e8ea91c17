"""What recording costs: `python benchmarks/cost.py`, in CPU time, so that a busy machine disturbs little.

Each program runs plain and recorded in turn, in processes of their own; the least of several runs counts, less what it
takes to start.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
EMPTY = "import asyncio\n"
MANY = HERE.parent / "tests" / "programs" / "many.py"


def seconds(words: list[str]) -> float:
    """CPU time of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent / "src")}
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(program: list[str], times: int, folder: Path) -> tuple[float, float, int]:
    """Seconds plain and recorded, without what starting takes, and the number of steps."""
    empty = folder / "empty.py"
    empty.write_text(EMPTY)
    recording = folder / "recording.jsonl"
    recorder = ["-m", "interleave_recorder", "-o"]
    plain, recorded, start, start_recorded = [], [], [], []
    for _ in range(times):
        start.append(seconds([str(empty)]))
        start_recorded.append(seconds([*recorder, os.devnull, str(empty)]))
        plain.append(seconds(program))
        recorded.append(seconds([*recorder, str(recording), *program]))
    steps = recording.read_text().count('"step"')
    return min(plain) - min(start), min(recorded) - min(start_recorded), steps


def tell(name: str, plain: float, recorded: float, steps: int) -> None:
    each = (recorded - plain) / steps * 1e6
    print(f"{name:28} {plain:7.3f} s plain {recorded:7.3f} s recorded {recorded / plain:5.2f}x {each:6.1f} us a step")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5, help="how often each program runs (default: 5)")
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder:
        tell("10,000 tasks", *measure([str(MANY), "10000"], times, Path(folder)))
        try:
            import aiohttp  # noqa: F401
        except ImportError:
            print("2,000 requests: aiohttp is not installed")
        else:
            tell("2,000 requests over loopback", *measure([str(HERE / "requests_aiohttp.py")], times, Path(folder)))


if __name__ == "__main__":
    main()
