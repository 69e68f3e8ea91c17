"""What is recorded of each primitive: what tasks wait for, by its name; who wakes and who cancels; how tasks end."""

import sys

import pytest
from support import record


def needs(*version):
    return pytest.mark.skipif(sys.version_info < version, reason="needs a later Python")


def test_tasks_steps_and_outcomes(tmp_path):
    recording = record("basics", tmp_path)
    assert sorted(recording.tasks.values()) == ["boil", "boil", "main", "red kettle"]
    assert {(task, kind) for task, kind, _ in recording.waits()} == {
        ("boil", "sleep"), ("red kettle", "sleep"), ("boil", "turn"), ("red kettle", "turn"), ("main", "tasks"),
    }  # fmt: skip
    main, red = recording.task("main"), recording.task("red kettle")
    created = {row[1]: row for row in recording.of("created")}
    assert created[main][4] is None and created[red][4] == main
    assert recording.place(created[red][6]) == ("basics.py", 13, "main")
    assert [row[3] for row in recording.of("end")] == ["ok"] * 4
    # `boil` itself waits at this line.
    places = {recording.place(row[5]) for row in recording.of("step") if row[4:5] == ["sleep"]}
    assert places == {("basics.py", 6, "boil")}
    # The last of the gathered tasks wakes main.
    assert any(row[1] == main and recording.tasks[row[3]] == "boil" for row in recording.of("wake"))
    # A timer fires when it is due, or a little later.
    sleep = next(row for row in recording.of("step") if row[4:5] == ["sleep"])
    after = next(row for row in recording.of("step") if row[1] == sleep[1] and row[0] > sleep[0])
    assert sleep[7] <= after[0] - after[3] + 1_000_000
    assert 0 < sleep[7] - sleep[0] < 300_000_000
    files = {file["name"]: file for file in recording.defined["file"].values()}
    assert files["basics.py"]["source"].startswith("import asyncio\n") and files["basics.py"]["user"]
    assert "source" not in files["asyncio/tasks.py"]


def test_locks_semaphores_events_and_conditions_by_name(tmp_path):
    recording = record("locks", tmp_path)
    kinds = {(kind, name) for task, kind, name in recording.waits() if task == "Shop.customer"}
    assert {("event", "opened"), ("semaphore", "tills"), ("lock", "gate"), ("condition", "news")} <= kinds
    names = {item["name"] for item in recording.defined["object"].values()}
    assert {"forks[0]", "forks[1]", "spare", "tills"} <= names
    tills = next(item for item in recording.defined["object"].values() if item["name"] == "tills")
    assert tills["limit"] == 2
    values = [row[4] for row in recording.of("gauge") if row[3] == tills["id"]]
    assert (values[0], max(values), values[-1]) == (1, 2, 0)
    gate = next(item["id"] for item in recording.defined["object"].values() if item["name"] == "gate")
    held = [(recording.tasks[row[1]], row[4]) for row in recording.of("holds") if row[3] == gate]
    assert held == [("Shop.customer", True), ("Shop.customer", False)] * 3


@needs(3, 11)
def test_barriers(tmp_path):
    assert ("runner", "barrier", "start_line") in record("barrier", tmp_path).waits()


def test_queues(tmp_path):
    recording = record("queues", tmp_path)
    waits = recording.waits()
    assert {("main", "put", "jobs"), ("consumer", "get", "jobs"), ("main", "join", "jobs")} <= waits
    jobs = next(item for item in recording.defined["object"].values() if item["name"] == "jobs")
    assert jobs["limit"] == 1
    assert {row[4] for row in recording.of("gauge") if row[3] == jobs["id"]} == {0, 1}
    best = next(item["id"] for item in recording.defined["object"].values() if item["name"] == "best")
    assert [row[4] for row in recording.of("gauge") if row[3] == best] == [1, 2, 1]


def test_cancellations_name_their_source(tmp_path):
    recording = record("cancels", tmp_path)
    main = recording.task("main")
    found = {recording.tasks[row[1]]: (row[4], row[3]) for row in recording.of("cancel")}
    assert found["stubborn"] == ("task", main)
    assert found["late"][0] in ("timeout", "await")
    assert found["chain"] == ("task", main)
    assert found["awaited"] == ("await", recording.task("chain"))
    assert found["left behind"][0] == "runner"
    site = next(row[5] for row in recording.of("cancel") if recording.tasks[row[1]] == "stubborn")
    assert recording.place(site) == ("cancels.py", 22, "main")
    assert ("main", "task", "kept") in recording.waits()
    ends = {recording.tasks[row[1]]: row[3] for row in recording.of("end")}
    assert ends == {
        "main": "ok", "kept": "ok", "stubborn": "cancelled", "late": "cancelled", "chain": "cancelled",
        "awaited": "cancelled", "left behind": "cancelled",
    }  # fmt: skip


@needs(3, 11)
def test_groups_and_timeouts(tmp_path):
    recording = record("groups", tmp_path)
    assert ("main", "tasks", "group") in recording.waits()
    ends = {recording.tasks[row[1]]: row[3:] for row in recording.of("end")}
    assert ends["fails"][:2] == ["error", "ValueError: no"]
    assert recording.place(ends["fails"][2][-1]) == ("groups.py", 6, "fails")
    why = {recording.tasks[row[1]]: row[4] for row in recording.of("cancel")}
    assert why == {"waits": "group", "main": "timeout"}
    assert len(recording.of("timeout")) == 1


def test_async_generators_wait_and_as_completed(tmp_path):
    recording = record("several", tmp_path)
    waits = recording.waits()
    assert {("main", "sleep", ""), ("main", "first", "wait"), ("main", "tasks", "wait")} <= waits
    assert ("main", "first", "as_completed") in waits
    sleeps = {recording.place(row[5]) for row in recording.of("step") if row[4:5] == ["sleep"]}
    assert ("several.py", 7, "numbers") in sleeps


def test_futures_threads_sockets_and_processes(tmp_path):
    recording = record("outside", tmp_path)
    waits = recording.waits()
    assert {("main", "future", "answer"), ("main", "thread", ""), ("main", "process", "")} <= waits
    assert {kind for task, kind, _ in waits if task in ("client", "main")} >= {"socket", "thread"}
    assert any(
        recording.tasks[row[1]] == "main" and recording.tasks[row[3]] == "sets" for row in recording.of("wake")
    ), "who has set the future"


def test_what_goes_wrong_unseen(tmp_path):
    recording = record("problems", tmp_path)
    found = {row[3]: row for row in recording.of("problem")}
    assert found["never_awaited"][4] == "forgotten"
    assert recording.place(found["never_awaited"][5]) == ("problems.py", 18, "main")
    assert "nobody looks" in found["never_retrieved"][4]
    assert recording.tasks[found["never_retrieved"][1]] == "fails"
    assert recording.tasks[found["destroyed"][1]] == "waits_for_ever"
    assert "division by zero" in found["unhandled"][4]
    ends = {recording.tasks[row[1]]: row[3] for row in recording.of("end")}
    assert ends["waits_for_ever"] == "destroyed"


def test_prints_and_log_records_by_task(tmp_path):
    recording = record("output", tmp_path)
    prints = {(row[1] and recording.tasks[row[1]], *row[3:]) for row in recording.of("print")}
    assert {("a", "stdout", "a!"), ("b", "stdout", "b!"), ("a", "stderr", "a is done")} <= prints
    assert ("main", "stdout", "no line break") in prints
    logs = {(recording.tasks[row[1]], *row[3:]) for row in recording.of("log")}
    assert logs == {("a", "info", "app", "a has spoken"), ("b", "info", "app", "b has spoken")}
    assert not any("has spoken" in row[4] for row in recording.of("print")), "a log record is no print, too"


def test_a_blocked_loop_with_the_line_that_blocks(tmp_path):
    recording = record("blocked", tmp_path)
    blocked = recording.of("blocked")
    assert recording.tasks[blocked[0][1]] == "blocks"
    assert recording.place(blocked[0][4][0]) == ("blocked.py", 6, "crunch")
    assert max(row[3] for row in recording.of("step")) > 300_000_000
    (callback,) = [row for row in recording.of("callback") if row[5] == "sleep"]
    assert callback[4] >= 20_000_000


@needs(3, 12)
def test_eager_tasks(tmp_path):
    recording = record("eager", tmp_path)
    quick = [number for number, name in recording.tasks.items() if name == "quick"]
    assert len(quick) == 4
    # They end within the step of the task that makes them, which then continues.
    assert {row[1] for row in recording.of("end") if row[3] == "ok"} == set(recording.tasks)
    assert not any(row[1] in quick for row in recording.of("wake"))


def test_each_loop_is_a_run(tmp_path):
    recording = record("threads", tmp_path)
    assert len(recording.defined["run"]) == 3
    assert len({run["thread"] for run in recording.defined["run"].values()}) == 2
    assert len(recording.of("closed")) == 3


def test_arguments_only_if_asked_for(tmp_path):
    assert "blue" not in "".join(record("basics", tmp_path).tasks.values())
    (tmp_path / "args").mkdir()
    recording = record("basics", tmp_path / "args", options=("--args",))
    assert "boil('blue', 0.1)" in recording.tasks.values()
    assert [row[4] for row in recording.of("end") if row[1] == recording.task("red kettle")] == ["'red'"]


def test_sources_and_prints_can_be_left_out(tmp_path):
    recording = record("basics", tmp_path, options=("--no-sources", "--no-prints"))
    assert not any("source" in file for file in recording.defined["file"].values())
    assert not recording.of("print")
