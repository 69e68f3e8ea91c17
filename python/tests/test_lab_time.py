"""Time in the lab: it jumps, it is exact, and `time.sleep` holds the loop."""

from lab import Run

SLEEPS = """
import asyncio, time
async def work(name, *seconds):
    for one in seconds:
        await asyncio.sleep(one)
    print(name, time.monotonic())
async def main():
    await asyncio.gather(work("a", 0.3), work("b", 0.1, 0.2), work("c", 3000))
asyncio.run(main())
"""


def test_sums_are_exact_and_ties_keep_their_order(tmp_path):
    run = Run(SLEEPS, tmp_path)
    assert run.state == "finished"
    assert run.out == "a 0.3\nb 0.3\nc 3000.0\n"
    assert run.answer["seconds"] == 3000
    assert run.answer["awaits"] == 5


def test_a_blocking_sleep_is_a_long_step(tmp_path):
    run = Run("import asyncio, time\nasync def main():\n    time.sleep(0.5)\nasyncio.run(main())\n", tmp_path)
    (blocked,) = run.recording.of("blocked")
    assert blocked[3] == 500_000_000
    assert run.recording.place(blocked[4][0])[1] == 3
    (step,) = [row for row in run.recording.of("step") if row[3]]
    assert step[3] == 500_000_000


def test_clocks_agree():
    run = Run(
        "import time, datetime\n"
        "before = time.time(), datetime.datetime.now(), time.perf_counter_ns()\n"
        "time.sleep(1.5)\n"
        "print(time.time() - before[0], datetime.datetime.now() - before[1], time.perf_counter_ns() - before[2])\n"
        "print(time.strftime('%H:%M:%S'), isinstance(before[1], datetime.datetime), repr(datetime.datetime(2026, 1, 2)))\n"
    )
    assert run.out == "1.5 0:00:01.500000 1500000000\n00:00:01 True datetime.datetime(2026, 1, 2, 0, 0)\n"


def test_cancelled_timers_are_forgotten_and_ring_no_more():
    run = Run(
        "import asyncio\n"
        "async def main():\n"
        "    loop = asyncio.get_running_loop()\n"
        "    for number in range(1000):\n"
        "        loop.call_later(1 + number % 3, print, number).cancel()\n"
        "    loop.call_later(2, print, 'rings')\n"
        "    await asyncio.sleep(0)\n"
        "    print(len(loop._timers) < 10)\n"
        "    await asyncio.sleep(2)\n"
        "    print(loop.time())\n"
        "    loop.call_later(1, print, 'never').cancel()\n"
        "    await loop.create_future()\n"
        "asyncio.run(main())\n"
    )
    assert run.out == "True\nrings\n2.0\n"
    assert run.state == "deadlocked"
