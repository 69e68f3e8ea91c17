"""Programs of many kinds print in the lab, to both streams, what CPython prints.

`expected/` has what CPython 3.13 printed. The first line of each program says since which version that is so, and until which.
"""

import re
import sys

import pytest
from lab import Run
from support import TESTS

FOLDER = TESTS / "same"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))


def _masked(text):
    """The text without what differs between two runs of CPython."""
    text = re.sub(r"0x[0-9a-f]+", "0x", text.replace(f"{FOLDER}/", ""))
    text = re.sub(r"Task-\d+", "Task-N", re.sub(r"(took 0\.\d)\d+", r"\1", text))
    return re.sub(r"[^\s'\"]*/asyncio/(\w+\.py):\d+", r"asyncio/\1", text)


def _said(text):
    """The text with only the ends of tracebacks."""
    return _masked("\n".join(line for line in text.splitlines() if not re.match(r"( *\| )?  ", line)))


@pytest.mark.parametrize("name", NAMES)
def test_the_output_is_that_of_cpython(name, tmp_path):
    source = (FOLDER / f"{name}.py").read_text()
    first, last = re.match(r"# needs: Python 3\.(\d+)(?: to 3\.(\d+))?", source).groups()
    if not int(first) <= sys.version_info[1] <= int(last or 99):
        pytest.skip("needs another version of Python")
    run = Run(source, tmp_path, file=f"{name}.py")
    status, _, said = (FOLDER / "expected" / f"{name}.txt").read_text().partition("\n")
    out, _, err = said.partition("--- stderr\n")
    assert _masked(run.out) == out
    assert _said(run.err) == err.rstrip("\n")
    assert run.state == status


def test_all_are_there():
    assert len(NAMES) == 49
