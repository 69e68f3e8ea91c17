"""The package is typed, as `py.typed` says."""

import subprocess
import sys
from pathlib import Path

import pytest


def test_types(tmp_path):
    pytest.importorskip("mypy")
    words = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path)]
    done = subprocess.run(words, cwd=Path(__file__).parent.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
