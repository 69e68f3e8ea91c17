"""However a program ends, its recording can be read up to there."""

import json
import os
import resource
import signal
import subprocess
import sys
import time

import pytest
from support import Recording, command, environment, run


@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGTERM])
def test_killed(signal_number, tmp_path):
    path = tmp_path / "recording.jsonl"
    child = subprocess.Popen(command("ticks", path, args=("60",)), env=environment(), stdout=subprocess.PIPE)
    assert child.stdout.readline() == b"ready\n"
    while path.stat().st_size < 50_000:
        time.sleep(0.01)
    child.send_signal(signal_number)
    child.communicate()
    assert child.returncode == -signal_number
    recording = Recording(path, whole=False)
    assert len(recording.of("created")) == 21
    assert len(recording.of("step")) > 100
    assert not recording.of("exit")


def test_left_by_os_exit(tmp_path):
    path = tmp_path / "recording.jsonl"
    assert run("ticks", path, args=("0.05", "leave")).returncode == 7
    recording = Recording(path)
    assert recording.of("exit")[0][3] == 7
    # The very last steps are there, too.
    assert recording.of("exit")[0][0] - recording.of("step")[-1][0] < 20_000_000


def test_aborted(tmp_path):
    path = tmp_path / "recording.jsonl"
    assert run("ticks", path, args=("0.4", "abort")).returncode == -signal.SIGABRT
    assert len(Recording(path, whole=False).of("step")) > 100


@pytest.mark.parametrize(
    "how",
    ["os.kill(os.getpid(), 9)", "signal.raise_signal(15)", "os.abort()", "os.execl(sys.executable, sys.executable, '-c', '')"],
)
def test_a_program_that_ends_itself_is_recorded_up_to_there(how, tmp_path):
    # It is over before the writing thread first runs.
    program, path = tmp_path / "ends.py", tmp_path / "recording.jsonl"
    program.write_text(f"import asyncio, os, signal, sys\nasync def main():\n    await asyncio.sleep(0)\n    {how}\nasyncio.run(main())\n")
    plain, recorded = [
        subprocess.run([sys.executable, *words, str(program)], env=environment(), capture_output=True, timeout=60)
        for words in ([], ["-m", "interleave_recorder", "-o", str(path)])
    ]
    assert (recorded.returncode, recorded.stdout, recorded.stderr) == (plain.returncode, plain.stdout, plain.stderr)
    recording = Recording(path, whole=False)
    assert recording.tasks == {1: "main"} and len(recording.of("step")) == 1


def test_a_file_that_may_not_grow_is_kept_as_it_is(tmp_path):
    path = tmp_path / "recording.jsonl"
    most = 40_000

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    done = run("many", path, args=("2000",), preexec_fn=limit)
    assert (done.returncode, done.stdout) == (0, "1999000\n")
    assert "is not whole: [Errno 27]" in done.stderr
    assert path.stat().st_size == most
    assert len(Recording(path, whole=False).of("created")) > 10


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
def test_a_full_disk_leaves_the_program_alone():
    done = run("basics", "/dev/full")
    assert done.returncode == 0
    assert done.stdout == run("basics", None).stdout
    assert "No space left" in done.stderr


def test_a_place_that_cannot_be_written_leaves_the_program_alone(tmp_path):
    done = run("basics", tmp_path / "missing" / "recording.jsonl")
    assert (done.returncode, done.stdout) == (0, run("basics", None).stdout)
    assert "No such file" in done.stderr


def test_no_more_than_the_limit_is_recorded(tmp_path):
    path = tmp_path / "recording.jsonl"
    done = run("many", path, options=("--limit", "1"), args=("10000",))
    assert (done.returncode, done.stdout) == (0, "49995000\n")
    assert "1 MB" in done.stderr
    assert path.stat().st_size <= 1 << 20
    assert len(Recording(path, whole=False).of("created")) > 1000


@pytest.mark.parametrize("seconds", ["1.2"])
def test_of_a_ring_the_end_is_kept(seconds, tmp_path):
    path = tmp_path / "recording.jsonl"
    done = run("ticks", path, options=("--last", "0.3"), args=(seconds,))
    assert done.returncode == 0, done.stderr
    recording = Recording(path)
    steps = recording.of("step")
    end = recording.of("exit")[0][0]
    assert steps[0][0] > 200_000_000, "the beginning is gone"
    assert end - steps[0][0] > 300_000_000, "as much as was asked for is there"
    assert len(recording.of("known")) >= 21
    assert not os.path.exists(f"{path}.new")


def test_a_cut_off_file_is_read_up_to_there(tmp_path):
    path = tmp_path / "recording.jsonl"
    run("basics", path)
    data = path.read_bytes()
    for cut in range(len(data) // 2, len(data), 97):
        path.write_bytes(data[:cut])
        Recording(path, whole=False)
    with pytest.raises(json.JSONDecodeError):
        path.write_bytes(data[:100].replace(b":", b"?") + b"\n")
        Recording(path, whole=False)
