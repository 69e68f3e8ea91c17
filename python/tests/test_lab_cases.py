"""Programs about asyncio's edges print in the lab what CPython prints, and their recordings are sound."""

import re
import sys

import pytest
from lab import Run
from support import TESTS

CASES = TESTS / "cases"
NAMES = sorted(path.stem for path in CASES.glob("*.py"))


def _expected(name):
    own = CASES / "expected" / "{}.{}".format(*sys.version_info) / f"{name}.txt"
    path = own if own.exists() else CASES / "expected" / f"{name}.txt"
    return path.read_text()


def _without_numbers(text):
    return re.sub(r"Task-\d+", "Task-N", text)


@pytest.mark.parametrize("name", NAMES)
def test_the_output_is_as_expected(name, tmp_path):
    source = (CASES / f"{name}.py").read_text()
    needs = re.search(r"# needs: Python 3\.(\d+)", source)
    if sys.version_info < (3, int(needs[1])):
        pytest.skip("needs a later Python")
    run = Run(source, tmp_path, file=f"{name}.py")
    assert _without_numbers(run.said) == _without_numbers(_expected(name))
    assert run.state == "finished"


def test_all_are_there():
    assert len(NAMES) == 29
