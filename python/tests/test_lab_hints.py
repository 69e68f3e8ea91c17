"""The missing parts of a program are offered, and the corrected program runs."""

from lab import Run


def _mended(source):
    said = []
    for _ in range(4):
        run = Run(source)
        if not run.answer["hints"]:
            return run, said
        hint = run.answer["hints"][0]
        said.append(hint["says"])
        source = hint["source"]
    raise AssertionError(said)


def test_imports():
    run, said = _mended('"""A part."""\nfrom __future__ import annotations\nprint(math.floor(time.time()), Path("a"))\nasyncio.run(asyncio.sleep(1))\n')
    assert said == ["Add import math and import time and from pathlib import Path and import asyncio"]
    assert run.state == "finished" and run.out == "1767225600 a\n"


def test_a_main_that_nothing_runs():
    run, said = _mended("import asyncio\nasync def helper(): print('x')\nasync def main():\n    await helper()\n    await asyncio.sleep(2)")
    assert said == ["Add asyncio.run(main()): nothing runs the coroutine function main"]
    assert run.out == "x\n" and run.answer["seconds"] == 2


def test_functions_that_are_not_there():
    run, said = _mended(
        "async def main():\n    found = await users()\n    await asyncio.gather(*(greet(one) for one in found))\nasyncio.run(main())\n"
    )
    assert said == ["Add import asyncio", "Add a stand-in for users() and greet(), which are not defined here"]
    assert run.state == "finished" and run.answer["seconds"] == 2
    assert "greet 3 starts" in run.out


def test_no_current_event_loop():
    run, said = _mended("import asyncio\nasync def main(): return 5\nasyncio.run(main())\nloop = asyncio.get_event_loop()\nprint(loop.run_until_complete(main()))\n")
    assert len(said) == 1 and "new_event_loop" in said[0]
    assert run.out == "5\n"


def test_a_program_that_is_whole_gets_none():
    assert Run("import asyncio\nasync def main(): pass\nasyncio.run(main())\n").answer["hints"] == []
    assert Run("async def main(x): pass\n").answer["hints"] == []
    assert Run("raise NameError('mine')\n").answer["hints"] == []


def test_await_outside_of_a_function_is_run():
    run = Run("import asyncio\nprint(await asyncio.gather(asyncio.sleep(1, 'a'), asyncio.sleep(2, 'b')))\n")
    assert run.state == "finished" and run.out == "['a', 'b']\n" and run.answer["seconds"] == 2


def test_a_main_that_is_called_but_not_awaited():
    run, said = _mended("import asyncio\nasync def main():\n    print('x')\nmain()\n")
    assert said == ["Add asyncio.run(main()): nothing runs the coroutine function main"]
    assert run.out == "x\n" and run.err == ""


def test_what_copying_has_done():
    for source, says in (
        ("    import time\n    print('a')\n", "Leave out the indentation that all lines have"),
        ("import time\nprint(\u201ca\u201d)\n", "Write plain quotes, dashes and spaces"),
        (">>> import time\n>>> if time:\n...     print('a')\n...\na\n", "Leave out the prompts of the interactive interpreter"),
    ):
        run, said = _mended(source)
        assert said == [says]
        assert run.out == "a\n"
    assert Run("def f(:\n").answer["hints"] == []
