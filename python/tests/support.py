"""Runs programs under the recorder, and checks each recording: every line by the schema, and all lines together."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import fastjsonschema

TESTS = Path(__file__).parent
PROGRAMS = TESTS / "programs"
SOURCE = TESTS.parent / "src"
SCHEMA = json.loads((SOURCE / "interleave_recorder" / "recording.schema.json").read_text())
DEFINING = ("run", "file", "site", "object")

sys.path.insert(0, str(SOURCE))

# A shell starts what it runs in the background with Ctrl-C ignored, and the programs of the tests would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONDONTWRITEBYTECODE": "1"}


def command(program: str, output: Path | None, options: tuple[str, ...] = (), args: tuple[str, ...] = ()) -> list[str]:
    path = str(PROGRAMS / f"{program}.py")
    recorder = [] if output is None else ["-m", "interleave_recorder", "-o", str(output), *options]
    return [sys.executable, *recorder, path, *args]


def run(program: str, output: Path | None, options: tuple[str, ...] = (), args: tuple[str, ...] = (), **more: Any) -> Any:
    """Runs a program to its end, recorded if there is an output."""
    return subprocess.run(
        command(program, output, options, args), capture_output=True, text=True, timeout=60, env=environment(), **more
    )


class Recording:
    """The content of a file, checked."""

    def __init__(self, path: Path, whole: bool = True) -> None:
        data = path.read_bytes()
        lines = data.split(b"\n")
        # A line that was cut off by a kill is skipped.
        rest = lines.pop()
        assert not (whole and rest), f"the last line is cut off: {rest!r}"
        self.header, *rows = [json.loads(line) for line in lines]
        self.defined: dict[str, dict[int, dict[str, Any]]] = {kind: {} for kind in DEFINING}
        self.events: list[list[Any]] = []
        self.tasks: dict[int, str] = {}
        _checker("header")(self.header)
        ended: set[int] = set()
        run_of: dict[int, int] = {}
        free: dict[int, int] = {}
        for row in rows:
            if isinstance(row, dict):
                kind = row["define"]
                _checker(kind)(row)
                if kind == "site":
                    assert row["file"] in self.defined["file"], row
                self.defined[kind][row["id"]] = row
                continue
            self._check_event(row, ended, run_of, free)
            self.events.append(row)
        if whole:
            assert self.events[-1][2] == "exit"

    def _check_event(self, row: list[Any], ended: set[int], run_of: dict[int, int], free: dict[int, int]) -> None:
        _checker("event")(row)
        at, task, kind, *more = row
        _checker(kind)(more)
        if kind in ("created", "known"):
            assert (task in self.tasks) <= (kind == "known"), row
            self.tasks[task] = more[2]
            run_of[task] = more[0]
            assert more[0] in self.defined["run"], row
            assert more[3] in self.defined["site"] or more[3] == 0, row
        elif task is not None:
            assert task in self.tasks, row
        if kind == "end":
            assert task not in ended, row
            ended.add(task)
            assert all(site in self.defined["site"] for site in (more + [0, []])[2] or []), row
        if kind == "name":
            self.tasks[task] = more[0]
        if kind in ("step", "blocked") and kind == "step":
            run = run_of[task]
            # Steps of one loop do not overlap.
            assert at - more[0] >= free.get(run, 0), row
            free[run] = at
            if len(more) > 1:
                assert task not in ended, row
                self._check_wait(more[1], more[2:], row)
        if kind in ("holds", "gauge"):
            assert more[0] in self.defined["object"], row
        if kind == "wake":
            assert more[0] in self.tasks, row

    def _check_wait(self, kind: str, more: list[Any], row: list[Any]) -> None:
        site, via, *rest = more
        for one in (site, via):
            assert one == 0 or one in self.defined["site"], row
        if kind in ("lock", "semaphore", "event", "condition", "barrier", "get", "put", "join"):
            found = self.defined["object"][rest[0]]
            assert found["kind"] == ("queue" if kind in ("get", "put", "join") else kind), row
        if kind == "task":
            assert rest[0] in self.tasks, row

    def of(self, kind: str) -> list[list[Any]]:
        """All events of a kind."""
        return [row for row in self.events if row[2] == kind]

    def task(self, name: str) -> int:
        """The number of the first task of this name."""
        return next(number for number, known in self.tasks.items() if known == name)

    def waits(self) -> set[tuple[str, str, str]]:
        """Names of tasks, what they waited for, and the name of the object."""
        found = set()
        for _, task, _, _, *wait in self.of("step"):
            if wait:
                kind, _, _, *more = wait
                name = ""
                if kind in ("lock", "semaphore", "event", "condition", "barrier", "get", "put", "join"):
                    name = self.defined["object"][more[0]]["name"]
                elif kind == "task":
                    name = self.tasks[more[0]]
                elif kind in ("future", "tasks", "first"):
                    name = more[0]
                found.add((self.tasks[task], kind, name))
        return found

    def place(self, site: int) -> tuple[str, int, str]:
        """File, line and function of a site."""
        found = self.defined["site"][site]
        return self.defined["file"][found["file"]]["name"], found["line"], found["function"]


@cache
def _checker(kind: str) -> Any:
    top = ("header", "event", *DEFINING)
    path = f"#/definitions/{kind}" if kind in top else f"#/definitions/kinds/definitions/{kind}"
    name = path.rsplit("/", 1)[1]
    known = SCHEMA["definitions"] if kind in top else SCHEMA["definitions"]["kinds"]["definitions"]
    assert name in known, f"the schema has no {kind}"
    return fastjsonschema.compile({"$ref": path, "definitions": SCHEMA["definitions"]})


def record(program: str, folder: Path, options: tuple[str, ...] = (), args: tuple[str, ...] = ()) -> Recording:
    """Runs a program that succeeds, and reads its recording."""
    path = folder / "recording.jsonl"
    done = run(program, path, options, args)
    assert done.returncode == 0, done.stderr
    return Recording(path)
