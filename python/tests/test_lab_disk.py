"""The disk in memory: `os` and `pathlib` find what is written, and nothing of it is on the real disk."""

import os
import sys
import tempfile

import pytest
from lab import Run

FILES = """
import csv, os, pathlib, shutil, tempfile
path = pathlib.Path("one.txt")
path.write_text("text")
print(path.exists(), path.is_file(), path.is_dir(), path.stat().st_size, os.path.getsize(path), path.read_text())
os.rename("one.txt", "two.txt")
pathlib.Path("two.txt").replace("three.txt")
print(path.exists(), os.path.exists("two.txt"), [name for name in os.listdir() if name.endswith(".txt")])
with open("table.csv", "w", newline="") as file:
    csv.writer(file).writerow(["a", "b,c"])
print(list(csv.reader(open("table.csv"))), sorted(entry.name for entry in os.scandir() if entry.is_file() and entry.name.endswith(".csv")))
with tempfile.TemporaryDirectory() as folder:
    inner = pathlib.Path(folder) / "sub"
    inner.mkdir()
    (inner / "x").write_bytes(b"123")
    print([name.name for name in pathlib.Path(folder).iterdir()], [names for _, _, names in os.walk(folder)])
print(os.path.exists(folder), (inner / "x").exists())
with tempfile.NamedTemporaryFile("w+") as file:
    file.write("named")
    file.seek(0)
    print(file.read())
pathlib.Path("three.txt").unlink()
try:
    os.stat("three.txt")
except FileNotFoundError as error:
    print(error)
"""


# Its pathlib has references to the real functions by the time that a program runs.
@pytest.mark.skipif(sys.version_info < (3, 11), reason="pathlib keeps functions of its own")
def test_files_that_are_written_are_found(tmp_path, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # Names of temporary files follow from the seed: tests of another Python, at the same time, have the same ones.
    folder = str(tmp_path_factory.mktemp("temporary"))
    monkeypatch.setenv("TMPDIR", folder)
    monkeypatch.setattr(tempfile, "tempdir", folder)
    run = Run(FILES)
    assert run.state == "finished", run.err
    assert run.out.splitlines() == [
        "True True False 4 4 text",
        "False False ['three.txt']",
        "[['a', 'b,c']] ['table.csv']",
        "['sub'] [[], ['x']]",
        "False False",
        "named",
        "[Errno 2] No such file or directory: 'three.txt'",
    ]
    assert os.listdir() == []
    assert Run("import os\nprint(os.path.exists('table.csv'))").out == "False\n"


def test_what_is_really_there_can_be_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "real.txt").write_text("real")
    run = Run("import os\nprint(open('real.txt').read(), os.path.getsize('real.txt'), os.listdir(), [one.name for one in os.scandir()])")
    assert run.out == "real 4 ['real.txt'] ['real.txt']\n"


def test_functions_of_the_disk_and_of_requests_that_programs_use_in_passing():
    run = Run(
        "import asyncio, aiofiles.os, requests\nfrom requests.adapters import HTTPAdapter\nasync def main():\n"
        "    async with aiofiles.open('x.txt', 'w') as file:\n        await file.write('abc')\n"
        "    print(await aiofiles.os.path.exists('x.txt'), (await aiofiles.os.stat('x.txt')).st_size)\n"
        "    await aiofiles.os.remove('x.txt')\n    print(await aiofiles.os.path.exists('x.txt'))\nasyncio.run(main())\n"
        "session = requests.Session()\nsession.mount('https://', HTTPAdapter(max_retries=3))\n"
        "answer = session.get('https://httpbin.org/delay/2')\n"
        "print(answer.elapsed, answer.status_code == requests.codes.ok)\n"
    )
    assert run.out == "True 3\nFalse\n0:00:02 True\n", run.err


def test_a_part_of_the_standard_library_that_is_left_out_is_named():
    run = Run("import sys\nsys.modules.pop('antigravity', None)\nsys.path[:] = []\nimport antigravity\n")
    assert run.why == "ModuleNotFoundError: No module named 'antigravity' (the lab leaves this part of the standard library out)"
