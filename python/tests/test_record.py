"""`record()` around a part of a program leaves nothing behind."""

import asyncio
import logging
import os
import sys
import warnings
from asyncio import base_events, events, locks, queues, tasks

from support import Recording

from interleave_recorder import record


OWNERS = [
    asyncio, events, tasks, base_events.BaseEventLoop, locks.Lock, locks.Semaphore, locks.Event, locks.Condition,
    queues.Queue, queues.PriorityQueue, queues.LifoQueue, logging.Logger, warnings, os,
    events.AbstractEventLoop,
]  # fmt: skip


def _replaced():
    return [dict(vars(owner)) for owner in [*OWNERS, sys.stdout, sys.stderr]]


async def work(lock):
    async with lock:
        await asyncio.sleep(0.001)


def test_everything_is_put_back(tmp_path):
    before = _replaced()
    lock = asyncio.Lock()
    asyncio.run(work(lock))
    path = tmp_path / "recording.jsonl"
    with record(path):
        asyncio.run(work(asyncio.Lock()))
        asyncio.run(work(lock))
    for one, other in zip(_replaced(), before, strict=True):
        changed = {name for name in one.keys() | other.keys() if one.get(name) is not other.get(name)}
        # asyncio itself makes this one.
        assert not changed - {"_event_loop_policy"}
    # Objects from during the recording work after it.
    asyncio.run(work(lock))
    recording = Recording(path)
    assert len(recording.defined["run"]) == 2
    assert list(recording.tasks.values()) == ["work", "work"]


def test_a_second_recording_numbers_anew(tmp_path):
    async def main():
        lock = asyncio.Lock()
        await asyncio.gather(work(lock), work(lock))

    for name in ("one.jsonl", "two.jsonl"):
        with record(tmp_path / name):
            asyncio.run(main())
        recording = Recording(tmp_path / name)
        assert len(recording.defined["object"]) == 1
        assert ("work", "lock", "lock") in recording.waits()


def test_within_a_program_that_runs(tmp_path):
    async def main():
        with record(tmp_path / "recording.jsonl"):
            await asyncio.create_task(work(asyncio.Lock()), name="inside")
        await asyncio.create_task(work(asyncio.Lock()), name="after")

    asyncio.run(main())
    recording = Recording(tmp_path / "recording.jsonl")
    assert list(recording.tasks.values()) == ["inside"]


def test_an_error_passes_through(tmp_path):
    async def fails():
        raise LookupError("gone")

    try:
        with record(tmp_path / "recording.jsonl"):
            asyncio.run(fails())
    except LookupError as problem:
        assert str(problem) == "gone"
    recording = Recording(tmp_path / "recording.jsonl")
    assert recording.of("end")[0][3:5] == ["error", "LookupError: gone"]
    assert recording.of("exit")[0][4] == "LookupError"


def test_values_without_a_good_repr_do_no_harm(tmp_path):
    class Bad(Exception):
        def __str__(self):
            raise RuntimeError("no text")

        __repr__ = __str__

    async def fails(argument):
        raise Bad

    async def main():
        await asyncio.gather(fails(Bad()), return_exceptions=True)
        return Bad()

    with record(tmp_path / "recording.jsonl", args=True):
        asyncio.run(main())
    recording = Recording(tmp_path / "recording.jsonl")
    assert "fails(<Bad>)" in recording.tasks.values()
    assert {row[4] for row in recording.of("end")} == {"Bad", "<Bad>"}
