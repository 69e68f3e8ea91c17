"""Programs with libraries: aiohttp, a web framework's test client, and an event loop that is not asyncio's own."""

import subprocess
import sys

import pytest
from support import Recording, environment


def _record(source, tmp_path, *options):
    program = tmp_path / "program.py"
    program.write_text(source)
    path = tmp_path / "recording.jsonl"
    done = subprocess.run(
        [sys.executable, "-m", "interleave_recorder", "-o", str(path), *options, str(program)],
        env=environment(), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return Recording(path), done.stdout


def test_aiohttp_server_and_client(tmp_path):
    pytest.importorskip("aiohttp")
    recording, out = _record(
        """
import asyncio
from aiohttp import ClientSession, web

async def hello(request):
    await asyncio.sleep(0.01)
    return web.json_response({"n": request.match_info["n"]})

async def fetch(session, at_once, url):
    async with at_once, session.get(url) as response:
        return (await response.json())["n"]

async def main():
    app = web.Application()
    app.router.add_get("/{n}", hello)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    at_once = asyncio.Semaphore(3)
    async with ClientSession() as session:
        tasks = [fetch(session, at_once, f"http://127.0.0.1:{port}/{n}") for n in range(10)]
        print(sorted(await asyncio.gather(*tasks)))
    await runner.cleanup()

asyncio.run(main())
""",
        tmp_path,
    )
    assert out == f"{sorted(str(n) for n in range(10))}\n"
    assert ("fetch", "semaphore", "at_once") in recording.waits()
    # While it waits for an answer, the line is the program's, and the function called there is the library's.
    waits = [row for row in recording.of("step") if row[4:5] == ["future"] and recording.tasks[row[1]] == "fetch"]
    assert {recording.place(row[5])[::2] for row in waits} == {("program.py", "fetch")}
    assert any(recording.place(row[6])[0].startswith("aiohttp/") for row in waits if row[6])
    handlers = {recording.place(row[5]) for row in recording.of("step") if row[4:5] == ["sleep"]}
    assert ("program.py", 6, "hello") in handlers


def test_a_web_frameworks_test_client(tmp_path):
    pytest.importorskip("starlette")
    pytest.importorskip("httpx")
    recording, out = _record(
        """
import asyncio
import warnings

warnings.simplefilter("ignore")
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

async def home(request):
    await asyncio.gather(asyncio.sleep(0.001), asyncio.sleep(0.002))
    return JSONResponse({"hello": "world"})

with TestClient(Starlette(routes=[Route("/", home)])) as client:
    print(client.get("/").json())
""",
        tmp_path,
    )
    assert out == "{'hello': 'world'}\n"
    places = {recording.place(row[5]) for row in recording.of("step") if row[4:5] == ["tasks"]}
    assert ("program.py", 12, "home") in places


def test_of_another_event_loop_what_can_be_seen_is_recorded(tmp_path):
    pytest.importorskip("uvloop")
    recording, out = _record(
        """
import asyncio
import uvloop

lock = asyncio.Lock()

async def work(number):
    async with lock:
        await asyncio.sleep(0.005)
    if number == 2:
        raise ValueError(number)
    return number

async def main():
    tasks = [asyncio.create_task(work(n), name=f"work {n}") for n in range(3)]
    print(await asyncio.gather(*tasks, return_exceptions=True))
    late = asyncio.create_task(asyncio.sleep(9), name="late")
    await asyncio.sleep(0)
    late.cancel()

loop = uvloop.new_event_loop()
loop.run_until_complete(main())
loop.close()
""",
        tmp_path,
    )
    assert out == "[0, 1, ValueError(2)]\n"
    (run,) = recording.defined["run"].values()
    assert run["loop"].startswith("uvloop")
    assert run["sees"] == ["steps", "waits"]
    assert {("work 1", "lock", "lock"), ("work 0", "sleep", ""), ("main", "tasks", "gather")} <= recording.waits()
    ends = {recording.tasks[row[1]]: row[3] for row in recording.of("end")}
    assert ends["work 1"] == "ok" and ends["work 2"] == "error"
    assert [recording.tasks[row[1]] for row in recording.of("cancel")] == ["late"]


def test_under_nest_asyncio_tasks_within_a_step_are_recorded(tmp_path):
    pytest.importorskip("nest_asyncio")
    recording, out = _record(
        """
import asyncio
import nest_asyncio

nest_asyncio.apply()

async def inner(seconds):
    await asyncio.sleep(seconds)
    return seconds

async def beside(done):
    await asyncio.sleep(0.001)
    done.set()

async def main():
    done = asyncio.Event()
    task = asyncio.create_task(beside(done))
    print(asyncio.run(inner(0.02)))
    await done.wait()
    print(await asyncio.gather(inner(0.001), inner(0.002)))
    late = asyncio.create_task(done.wait(), name="late")
    late.cancel()
    await asyncio.sleep(0)
    await task

asyncio.run(main())
""",
        tmp_path,
    )
    assert out == "0.02\n[0.001, 0.002]\n"
    assert {("inner", "sleep", ""), ("beside", "sleep", ""), ("main", "tasks", "gather")} <= recording.waits()
    number = {name: task for task, name in reversed(recording.tasks.items())}
    # `beside` goes on while a step of `main` runs a loop; `main` still runs when it has ended.
    of_main = [row for row in recording.of("step") if row[1] == number["main"]]
    ended = next(row[0] for row in recording.of("end") if row[1] == number["beside"])
    assert of_main[0][0] < ended < of_main[-1][0]
    # All of a step is counted once, and the time between the last inner step and the end of the run is part of it.
    assert all(row[3] < 10_000_000_000 for row in recording.of("step"))
    assert not any(row[2] == "callback" for row in recording.events if "Task" in str(row))
    ends = {recording.tasks[row[1]]: row[3] for row in recording.of("end")}
    assert ends == {"inner": "ok", "beside": "ok", "late": "cancelled", "main": "ok"}


def test_an_eager_step_within_a_step_is_no_part_of_it_on_another_event_loop(tmp_path):
    pytest.importorskip("uvloop")
    if sys.version_info < (3, 12):
        pytest.skip("eager tasks came with Python 3.12")
    recording, out = _record(
        """
import asyncio
import uvloop

async def work():
    await asyncio.sleep(0.001)
    return 1

async def main():
    print(await asyncio.Task(work(), loop=asyncio.get_running_loop(), eager_start=True))

uvloop.run(main())
""",
        tmp_path,
    )
    assert out == "1\n"
    assert all(row[3] <= row[0] for row in recording.of("step"))


def test_tasks_of_a_class_that_replaces_asyncios_are_said_to_be_missing(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        """
import asyncio

class Own(asyncio.tasks._CTask):
    pass

asyncio.Task = asyncio.tasks.Task = Own
asyncio.run(asyncio.sleep(0))
"""
    )
    done = subprocess.run(
        [sys.executable, "-m", "interleave_recorder", "-o", str(tmp_path / "recording.jsonl"), str(program)],
        env=environment(), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.stderr == "interleave: the program replaces asyncio.Task by __main__.Own: tasks made since are not recorded\n"
