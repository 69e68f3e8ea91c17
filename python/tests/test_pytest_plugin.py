"""`pytest --interleave` keeps the recordings of tests that fail or hang, and no others."""

import subprocess
import sys

from support import Recording, environment

TESTS = """
import asyncio
import pytest

async def work():
    await asyncio.sleep(0.01)
    print("worked")

def test_passes():
    asyncio.run(work())

def test_fails():
    asyncio.run(work())
    assert False

def test_without_a_loop():
    assert False

def test_hangs_for_a_while():
    async def main():
        lock = asyncio.Lock()
        async with lock:
            try:
                await asyncio.wait_for(asyncio.create_task(lock.acquire(), name="never"), 1.8)
            except asyncio.TimeoutError:
                pass
    asyncio.run(main())

@pytest.fixture
def broken():
    yield
    asyncio.run(work())
    raise RuntimeError("in the clean-up")

@pytest.mark.parametrize("value", ["a/b c"])
def test_cleans_up_badly(broken, value):
    pass
"""


def _pytest(folder, *options):
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "interleave_recorder.pytest_plugin"]
    return subprocess.run(
        [*words, *options], cwd=folder, env=environment(), capture_output=True, text=True, timeout=60
    )  # fmt: skip


def test_recordings_of_tests_that_fail_or_hang(tmp_path):
    (tmp_path / "test_it.py").write_text(TESTS)
    done = _pytest(tmp_path, "--interleave", "--interleave-stuck", "0.5")
    assert "2 failed, 3 passed, 1 error" in done.stdout, done.stdout
    folder = tmp_path / "interleave-recordings"
    assert {path.name for path in folder.iterdir()} == {
        "test_it.py-test_fails.jsonl", "test_it.py-test_cleans_up_badly-a.b-c.jsonl",
        "test_it.py-test_hangs_for_a_while.jsonl",
    }  # fmt: skip
    assert "interleave-recordings/test_it.py-test_fails.jsonl" in done.stdout
    failed = Recording(folder / "test_it.py-test_fails.jsonl")
    assert failed.header["program"] == "test_it.py::test_fails"
    assert list(failed.tasks.values()) == ["work"]
    (hang,) = Recording(folder / "test_it.py-test_hangs_for_a_while.jsonl").of("hang")
    assert any("never" in line and "lock lock, held by" in line for line in hang[5])


def test_without_the_flag_nothing_is_recorded(tmp_path):
    (tmp_path / "test_it.py").write_text("import asyncio\ndef test_it(): asyncio.run(asyncio.sleep(0))\n")
    assert "1 passed" in _pytest(tmp_path).stdout
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".pyc"] == ["test_it.py"]


def test_in_a_folder_of_ones_own(tmp_path):
    (tmp_path / "test_it.py").write_text("import asyncio\ndef test_it(): asyncio.run(asyncio.sleep(0, 1)); assert 0\n")
    _pytest(tmp_path, "--interleave=kept")
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["test_it.py-test_it.jsonl"]
