"""What a program lacks in order to run: offered in words, and as a complete corrected program.

Code that is pasted from an article is often a part of a program: imports, helpers, or the call that starts it are elsewhere.
"""

from __future__ import annotations

import ast
import builtins
import sys
import textwrap
from collections.abc import Iterator

from . import played
from .request import Request

#: Names that usually come from these modules.
_FROM = {
    **dict.fromkeys("Any Awaitable Callable Dict List Optional Set Tuple Union TypeVar Generic NamedTuple Literal".split(), "typing"),
    **dict.fromkeys("AsyncIterator AsyncGenerator Coroutine Iterator Iterable".split(), "collections.abc"),
    **dict.fromkeys("dataclass field".split(), "dataclasses"),
    **dict.fromkeys("datetime timedelta timezone".split(), "datetime"),
    **dict.fromkeys("asynccontextmanager contextmanager suppress AsyncExitStack aclosing".split(), "contextlib"),
    **dict.fromkeys("ThreadPoolExecutor ProcessPoolExecutor".split(), "concurrent.futures"),
    **dict.fromkeys("partial wraps lru_cache".split(), "functools"),
    **dict.fromkeys("deque defaultdict Counter".split(), "collections"),
    "perf_counter": "time",
    "Enum": "enum",
    "Path": "pathlib",
    "BeautifulSoup": "bs4",
    "ContextVar": "contextvars",
}
_STARTS = ("run", "run_until_complete", "run_forever")


def find(request: Request, problem: BaseException | None, loops: int) -> list[tuple[str, str]]:
    """Possible fixes, each with the corrected program."""
    try:
        tree = ast.parse(request.source)
    except SyntaxError:
        return _repairs(request.source)
    except (ValueError, RecursionError, SystemError):
        # The last is due to CPython 3.11, which miscounts its depth after some programs.
        return []
    found: list[tuple[str, str]] = []
    if isinstance(problem, NameError):
        unknown = _unknown(tree)
        found.extend(_imports(request.source, tree, unknown))
        found.extend(_stand_ins(request.source, tree, unknown))
    elif isinstance(problem, RuntimeError) and "no current event loop" in str(problem):
        found.append(("Write asyncio.new_event_loop(): there is no current event loop here", _new_loop(request.source, tree)))
    elif problem is None and loops == 0:
        found.extend(_start(request.source, tree))
    return found


_SIGNS = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u00a0": " ", "\u200b": None, "\ufeff": None,
})  # fmt: skip


def _repairs(source: str) -> list[tuple[str, str]]:
    """Repairs damage that copying has done to the program."""
    done: list[str] = []
    for words, mend in (
        ("Write plain quotes, dashes and spaces", lambda text: text.translate(_SIGNS)),
        ("Leave out the prompts of the interactive interpreter", _without_prompts),
        ("Leave out the indentation that all lines have", textwrap.dedent),
    ):
        mended = mend(source)
        if mended == source:
            continue
        source = mended
        done.append(words)
        try:
            compile(source, "program", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        except (SyntaxError, ValueError):
            continue
        return [(". ".join(done), source)]
    return []


def _without_prompts(source: str) -> str:
    lines = source.splitlines()
    if not any(line.lstrip().startswith(">>> ") for line in lines):
        return source
    kept = [line.lstrip()[4:] for line in lines if line.lstrip().startswith((">>>", "..."))]
    return "\n".join(kept) + "\n"


def _unknown(tree: ast.Module) -> list[str]:
    """Names that are used and that nothing in the program binds, in order of their first use."""
    bound = set(dir(builtins)) | {"__file__", "__name__", "__builtins__", "__doc__"}
    used: list[str] = []
    for node in _in_order(tree):
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                used.append(node.id)
            else:
                bound.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            bound.update((alias.asname or alias.name).split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
        elif isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            bound.add(node.name)
    return [name for name in dict.fromkeys(used) if name not in bound]


def _in_order(tree: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(tree):
        yield child
        yield from _in_order(child)


def _imports(source: str, tree: ast.Module, unknown: list[str]) -> list[tuple[str, str]]:
    lines = []
    for name in unknown:
        if name in _FROM and not _has_attributes(tree, name):
            lines.append(f"from {_FROM[name]} import {name}")
        elif name in sys.stdlib_module_names or name in played.NAMES:
            lines.append(f"import {name}")
    if not lines:
        return []
    return [("Add " + " and ".join(lines), _before(source, tree, lines))]


def _has_attributes(tree: ast.Module, name: str) -> bool:
    """Whether the program reads attributes of the name: `datetime.datetime` rather than `datetime`."""
    inner = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name))
    return any(node.value.id == name == node.attr for node in inner if isinstance(node.value, ast.Name))


def _before(source: str, tree: ast.Module, lines: list[str]) -> str:
    """The program with lines before its first statement; after its docstring, and what must come first."""
    after = 0
    for node in tree.body:
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        if is_text or (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            after = node.end_lineno or 0
        else:
            break
    old = source.splitlines(True)
    if after and not old[after - 1].endswith("\n"):
        old[after - 1] += "\n"
    return "".join(old[:after] + [line + "\n" for line in lines] + old[after:])


def _stand_ins(source: str, tree: ast.Module, unknown: list[str]) -> list[tuple[str, str]]:
    """Functions for the names that are called and defined nowhere."""
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    names = [name for name in unknown if name in called and name not in _FROM]
    if not names:
        return []
    lines: list[str] = []
    for name in names:
        result = "[1, 2, 3]" if name in _giving_several(tree) else f'f"result of {name}{{args}}"'
        lines += [
            f"async def {name}(*args, **more):  # A stand-in.",
            f'    print("{name}", *args, "starts")',
            "    await asyncio.sleep(1)",
            f'    print("{name}", *args, "ends")',
            f"    return {result}",
            "",
        ]
    if "asyncio" in unknown or not _imports_name(tree, "asyncio"):
        lines = ["import asyncio", "", *lines]
    words = " and ".join(f"{name}()" for name in names)
    return [(f"Add a stand-in for {words}, which {'is' if len(names) == 1 else 'are'} not defined here", _before(source, tree, lines))]


def _imports_name(tree: ast.Module, name: str) -> bool:
    return any(alias.name == name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names)


def _giving_several(tree: ast.Module) -> set[str]:
    """Functions whose result is iterated over."""
    walked = {
        node.iter.id for node in ast.walk(tree) if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)) and isinstance(node.iter, ast.Name)
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in walked:
            value = node.value.value if isinstance(node.value, ast.Await) else node.value
            if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
                found.add(value.func.id)
    return found


def _new_loop(source: str, tree: ast.Module) -> str:
    """`get_event_loop()` replaced where no loop runs."""
    within = {id(inner) for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef) for inner in ast.walk(node)}
    lines = source.splitlines(True)
    for node in ast.walk(tree):
        function = node.func if isinstance(node, ast.Call) else None
        if isinstance(function, ast.Attribute) and function.attr == "get_event_loop" and id(node) not in within:
            index = (function.end_lineno or 1) - 1
            lines[index] = lines[index].replace("get_event_loop(", "new_event_loop(")
    return "".join(lines)


def _start(source: str, tree: ast.Module) -> list[tuple[str, str]]:
    """The call that runs the program's main coroutine function, if there is no such call."""
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    if any(isinstance(function, ast.Attribute) and function.attr in _STARTS for function in calls):
        return []
    functions = [node for node in tree.body if isinstance(node, ast.AsyncFunctionDef) and not _needs_arguments(node.args)]
    called = {function.id for function in calls if isinstance(function, ast.Name)}
    # A function that no other calls: the best one by its name, or else the last one.
    outer = [node.name for node in functions if node.name not in called] or [node.name for node in functions]
    if not outer:
        return []
    name = "main" if "main" in outer else outer[-1]
    source = _without_bare_call(source, tree, name)
    source = _before(source, tree, ["import asyncio"]) if not _imports_name(tree, "asyncio") else source
    end = "" if source.endswith("\n") else "\n"
    return [(f"Add asyncio.run({name}()): nothing runs the coroutine function {name}", f"{source}{end}\n\nasyncio.run({name}())\n")]


def _without_bare_call(source: str, tree: ast.Module, name: str) -> str:
    """`main()` alone in a line makes a coroutine that nothing awaits."""
    lines = source.splitlines(True)
    for node in tree.body:
        call = node.value if isinstance(node, ast.Expr) else None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == name:
            del lines[node.lineno - 1 : node.end_lineno]
            break
    return "".join(lines)


def _needs_arguments(arguments: ast.arguments) -> bool:
    positional = len(arguments.posonlyargs) + len(arguments.args)
    return positional > len(arguments.defaults) or None in arguments.kw_defaults
