"""Records the programs whose recordings the tests of the Rust crate `interleave-trace` read: `python make_fixtures.py`.

Run it when the format changes, and look at what changes in the fixtures.
"""

from __future__ import annotations

import signal
import subprocess
import time

from lab import Run
from support import PROGRAMS, TESTS, command, environment, run

FOLDER = TESTS.parent.parent / "crates" / "trace" / "src" / "tests" / "recorded"
TO_THE_END = ("basics", "locks", "barrier", "queues", "cancels", "groups", "outside", "problems", "output", "eager", "threads")


#: Programs of the gallery and of the cases that the lab runs, in virtual time.
IN_THE_LAB = {"lab_deadlock": "programs/nobody_sets", "lab_first_steps": "../lab/gallery/first_steps"}

QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for program in TO_THE_END:
        # Warnings and tracebacks contain folders of this machine.
        options = () if program == "output" else ("--no-prints",)
        run(program, FOLDER / f"{program}.jsonl", options)
    for name, number in (("interrupted", signal.SIGINT), ("killed", signal.SIGKILL)):
        path = FOLDER / f"deadlock_{name}.jsonl"
        child = subprocess.Popen(command("deadlock", path, ("--stuck", "0.5", "--no-prints")), env=environment(), **QUIET)
        wanted = '"lock",' if number == signal.SIGINT else '"hang"'
        while not path.exists() or wanted not in path.read_text():
            time.sleep(0.02)
        child.send_signal(number)
        child.communicate()
    for name, program in IN_THE_LAB.items():
        source = (TESTS / f"{program}.py").read_text()
        Run(source).keep(FOLDER / f"{name}.jsonl")
    for path in FOLDER.iterdir():
        path.write_text(path.read_text().replace(f"{PROGRAMS}/", ""))


if __name__ == "__main__":
    main()
