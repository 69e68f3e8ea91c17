"""Schedules and cancels: what changes, what does not, and that it is quick."""

import json
import time

import pytest
from lab import Run, explore, interleave_lab

ORDER = """
import asyncio
async def work(name):
    print(name, end=" ")
    await asyncio.sleep(0)
    print(name, end=" ")
async def main():
    loop = asyncio.get_running_loop()
    for number in range(3):
        loop.call_soon(lambda number=number: print(number, end=" "))
    await asyncio.gather(*(work(name) for name in "abc"))
asyncio.run(main())
"""


def test_tasks_change_places_and_callbacks_do_not():
    outs = {one["output"] for one in explore(ORDER, seeds=[0, 60])}
    assert len(outs) > 20
    for out in outs:
        words = out.split()
        assert [word for word in words if word.isdigit()] == ["0", "1", "2"]
        # No step moves to another turn.
        assert sorted(words[:6]) == ["0", "1", "2", "a", "b", "c"] and sorted(words[6:]) == ["a", "b", "c"]
    assert Run(ORDER).out.split() == "0 1 2 a b c a b c".split()


FAIR = """
import asyncio
async def work(lock, name):
    async with lock:
        print(name, end="")
        await asyncio.sleep(1)
async def main():
    lock = asyncio.Lock()
    tasks = []
    for name in "abcd":
        tasks.append(asyncio.create_task(work(lock, name)))
        await asyncio.sleep(0.1)
    await asyncio.gather(*tasks)
asyncio.run(main())
"""


def test_tasks_get_a_lock_in_the_order_of_their_waits():
    assert {one["output"] for one in explore(FAIR, seeds=[0, 30])} == {"abcd"}


FETCHES = """
import asyncio, aiohttp
async def fetch(session, name):
    async with session.get("https://shop.test/" + name) as response:
        await response.read()
    print(name, end="")
async def main():
    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(fetch(session, name) for name in "ab"))
asyncio.run(main())
"""


def test_latencies_vary_within_their_spread():
    world = [{"url": "*shop.test/a", "latency": 1.0, "spread": 0.5}, {"url": "*shop.test/*", "latency": 1.2}]
    found = explore(FETCHES, seeds=[0, 60], world=world)
    assert {one["output"] for one in found} == {"ab", "ba"}
    assert all(1.2 <= one["seconds"] <= 1.5 for one in found)
    steady = [{"url": "*", "latency": 1.0}]
    assert {one["seconds"] for one in explore(FETCHES, seeds=[0, 9], world=steady)} == {1.0}


def test_each_outcome_is_that_of_the_run():
    source = FETCHES + "input()\n"
    for one in explore(source, seeds=[3, 6]):
        run = Run(source, schedule=one["seed"])
        assert (one["state"], one["output"], one["line"], one["seconds"], one["why"]) == (
            run.state, run.out, run.line, run.answer["seconds"], run.why,
        )  # fmt: skip
        assert one["error"] == "EOFError: EOF when reading a line"
        assert one["cancel"] is None


def test_a_cancel_comes_at_any_task_await():
    source = (
        "import asyncio\n"
        "async def work(seconds):\n    try:\n        await asyncio.sleep(seconds)\n        await asyncio.sleep(seconds)\n"
        "    finally:\n        print(asyncio.get_running_loop().time())\n"
        "async def main():\n    await asyncio.gather(work(1), work(3))\n"
        "asyncio.run(main())\n"
    )
    assert Run(source).answer["awaits"] == 5
    found = explore(source, cancels=[1, 5])
    assert [one["output"] for one in found] == ["", "0.0\n", "0.0\n0.0\n", "1.0\n1.0\n", "2.0\n3.0\n"]


def test_a_cancel_that_is_recorded(tmp_path):
    run = Run("import asyncio\nasync def main():\n    await asyncio.sleep(1)\nasyncio.run(main())\n", tmp_path, cancel=1)
    assert run.state == "failed" and run.answer["seconds"] == 0
    assert len(run.recording.of("cancel")) == 1
    assert run.recording.of("end")[0][3] == "cancelled"


def test_it_is_quick():
    # Some 2 s: the bound is for machines that are slow and busy.
    begin = time.process_time()
    assert len(explore(ORDER, seeds=[0, 199])) == 200
    assert time.process_time() - begin < 30


@pytest.mark.parametrize("more", [{}, {"seeds": [1]}, {"cancels": "all"}])
def test_bad_ranges_are_said(more):
    answer = json.loads(interleave_lab.explore(json.dumps({"source": "", **more}), lambda *sent: None))
    assert answer["state"] == "failed" and answer["why"]
