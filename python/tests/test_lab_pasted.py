"""What readers paste from articles runs, with at most what the lab offers to add. The articles' text is not part of this."""

import os
from pathlib import Path

import pytest
from lab import Run
from support import TESTS

PROJECT = TESTS.parent.parent
FOLDER = Path(os.environ.get("INTERLEAVE_ARTICLE_BLOCKS") or PROJECT.parent / "shared" / "lab" / "article_blocks")
BLOCKS = sorted(FOLDER.glob("*.py")) if FOLDER.is_dir() else []
#: Not valid Python, on purpose: `await` outside of a coroutine function.
WRONG = {"004_12"}
#: Waits forever, as it would anywhere.
DEADLOCKS = {"001_09"}


@pytest.mark.skipif(not BLOCKS, reason="the articles are not here")
@pytest.mark.parametrize("path", BLOCKS, ids=lambda path: path.stem)
def test_it_runs(path, tmp_path):
    source = path.read_text()
    for _ in range(4):
        run = Run(source, tmp_path)
        if not run.answer["hints"]:
            break
        source = run.answer["hints"][0]["source"]
    expected = "failed" if path.stem in WRONG else "deadlocked" if path.stem in DEADLOCKS else "finished"
    assert run.state == expected, run.said
    if expected == "finished":
        assert "Traceback" not in run.err
