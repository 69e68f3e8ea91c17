"""`pytest --interleave`: a recording of each test that starts an event loop, kept if the test fails or hangs.

A recording is written while its test runs, so that of a test that is killed it stays, too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from .recorder import Recorder

_KEPT = pytest.StashKey[list[Path]]()
_FAILED = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options."""
    group = parser.getgroup("interleave", "recordings of asyncio programs")
    group.addoption(
        "--interleave",
        nargs="?",
        const="interleave-recordings",
        metavar="FOLDER",
        help="record each test, and keep the recordings of those that fail or hang (default: %(const)s)",
    )
    group.addoption(
        "--interleave-stuck",
        type=float,
        default=10.0,
        metavar="SECONDS",
        help="report on stderr when no task has made a step for that long (default: %(default)s)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Creates the list of the recordings that are kept."""
    config.stash[_KEPT] = []


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, None]:
    """Records a test from its set-up to its clean-up."""
    folder = item.config.getoption("--interleave")
    if folder is None:
        yield
        return
    path = Path(str(item.config.rootpath), folder, _name(item.nodeid))
    path.parent.mkdir(parents=True, exist_ok=True)
    # pytest shows what is printed; it is captured anew for each phase of a test.
    recorder = Recorder(path, program=item.nodeid, stuck=item.config.getoption("--interleave-stuck"), prints=False)
    try:
        recorder.start()
    except RuntimeError:  # The test run itself is being recorded.
        yield
        return
    try:
        yield
    finally:
        has_run = recorder.runs > 0
        recorder.stop()
        if has_run and (item.stash.get(_FAILED, False) or recorder.hung):
            item.config.stash[_KEPT].append(path)
        else:
            path.unlink(missing_ok=True)


def _name(nodeid: str) -> str:
    return re.sub(r"[^\w.-]+", "-", nodeid.replace(os.sep, "."))[-150:].strip("-.") + ".jsonl"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Remembers that a phase of the test has failed."""
    outcome = yield
    if outcome.get_result().failed:
        item.stash[_FAILED] = True


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Lists the recordings that were kept."""
    kept = config.stash.get(_KEPT, [])
    if kept:
        terminalreporter.section("recordings", sep="-")
        for path in kept:
            terminalreporter.line(os.path.relpath(path, config.rootpath))
