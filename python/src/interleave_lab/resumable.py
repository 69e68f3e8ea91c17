"""Functions as coroutines, so that a thread can be suspended within them: WebAssembly has one real thread, and one stack.

Of a function that a played thread calls, a coroutine function is made from its source: what it calls, and the context managers that
it enters, are awaited. Of a generator an asynchronous one is made. That goes for the program's own functions and for the parts of the
standard library that wait. Whatever else a thread calls runs as it is; what waits within it holds back the threads below it on the stack.
"""

from __future__ import annotations

import __future__ as features

import ast
import builtins
import contextlib
import functools
import inspect
import linecache
import sys
import types
import warnings
from collections.abc import Awaitable, Callable, Generator, Iterable, Iterator
from contextvars import Context
from typing import Any

from . import current

#: Modules whose functions wait.
_MODULES = set(
    "__main__ threading queue sched concurrent.futures._base concurrent.futures.thread asyncio.runners asyncio.base_events requests httpx "
    "interleave_lab.loop interleave_lab.threads interleave_recorder.watch".split()
)
#: The global names by which the coroutines find the functions below.
_CALL, _DONE, _ENTER, _ITERATE = (f"__interleave_{name}__" for name in ("call", "done", "enter", "iterate"))
#: These neither wait nor call functions that do, or they look at the frame of their caller.
_PLAIN = {name for name, value in vars(builtins).items() if callable(value)}
#: Except those that consume a generator.
_DRAINING = (list, tuple, set, frozenset, dict, sum, min, max, sorted, any, all)
_PLAIN -= {function.__name__ for function in _DRAINING}
#: Methods of values, which never wait.
_HARMLESS = set(
    "append extend insert items keys values update add sort reverse index count split strip lower upper replace startswith endswith "
    "format encode decode copy".split()
)
_FEATURES = 0
for _name in features.all_feature_names:
    _FEATURES |= getattr(features, _name).compiler_flag
_loader: Any = globals()["__loader__"]
_IS_COROUTINE, _IS_ASYNC_GENERATOR = inspect.CO_COROUTINE, inspect.CO_ASYNC_GENERATOR
_MANAGER: Any = getattr(contextlib, "_AsyncGeneratorContextManager")
#: The coroutine functions' code, or `None` where a function runs as it is; the trees of programs.
_made: dict[types.CodeType, types.CodeType | None] = {}
_trees: dict[str, tuple[str, ast.Module]] = {}


def suspends(steps: Callable[..., Generator[Any, None, Any]]) -> Any:
    """A function that waits: a generator of what it waits for. In a coroutine these are awaited, elsewhere the stack stays as it is."""

    @functools.wraps(steps)
    def function(*args: Any, **more: Any) -> Any:
        lab = current.lab
        if lab is not None:
            return lab.threads.drive(steps(*args, **more))
        try:
            next(steps(*args, **more))
        except StopIteration as end:
            return end.value
        raise RuntimeError("no program is running in the lab")

    function.lab_steps = steps  # type: ignore[attr-defined]
    return function


class Steps:
    """Awaits what a generator yields."""

    def __init__(self, steps: Generator[Any, None, Any]) -> None:
        self._steps = steps

    def __await__(self) -> Generator[Any, None, Any]:
        return self._steps


class _Within:
    """Awaits a call, each of whose steps runs in a context."""

    def __init__(self, context: Context, coroutine: Any) -> None:
        self._context, self.coroutine = context, coroutine

    def __await__(self) -> Generator[Any, None, Any]:
        while True:
            try:
                wait = self._context.run(self.coroutine.send, None)
            except StopIteration as end:
                return end.value
            yield wait


async def call(function: Any, /, *args: Any, **named: Any) -> Any:
    """Calls a function, as a coroutine if one has been made of it."""
    while True:
        kind = type(function)
        if kind is types.MethodType:
            args = (function.__self__, *args)
            function = function.__func__
        elif kind is functools.partial:
            args = (*function.args, *args)
            named = {**function.keywords, **named}
            function = function.func
        elif kind is types.BuiltinMethodType and type(function.__self__) is Context and function.__name__ == "run":
            return await _Within(function.__self__, call(*args, **named))
        elif kind is type and function.__new__ is object.__new__ and type(function.__init__) is types.FunctionType:
            it = function.__new__(function)
            await call(function.__init__, it, *args, **named)
            return it
        else:
            break
    if args and type(args[0]) is Generating and function in _DRAINING:
        args = ([item async for item in args[0].it], *args[1:])
    if type(function) is not types.FunctionType:
        made = getattr(type(function), "__call__", None)
        if type(made) is not types.FunctionType:
            try:
                return function(*args, **named)
            except StopIteration as stop:
                return _Stopped(stop)
        args = (function, *args)
        function = made
    steps = vars(function).get("lab_steps")
    if steps is not None:
        return await Steps(steps(*args, **named))
    made = _made_of(function)
    if made is None:
        try:
            manager = function(*args, **named)
        except StopIteration as stop:
            return _Stopped(stop)
        if function.__code__.co_name == "helper" and type(manager).__module__ == "contextlib":
            # By `contextlib.contextmanager`.
            made = _made_of(getattr(function, "__wrapped__", None))
            if made is not None:
                manager.lab_made = _MANAGER(made, args, named)
        return manager
    if made.__code__.co_flags & _IS_ASYNC_GENERATOR:
        return Generating(made(*args, **named))
    try:
        return await made(*args, **named)
    except RuntimeError as error:
        if type(error.__cause__) is StopIteration and error.args == ("coroutine raised StopIteration",):
            return _Stopped(error.__cause__)
        raise


class _Stopped:
    """The result of a call that has raised StopIteration, which no coroutine can raise."""

    def __init__(self, error: StopIteration) -> None:
        self.error = error


def done(result: Any) -> Any:
    """The result of a call."""
    if type(result) is _Stopped:
        raise result.error
    return result


def _made_of(function: Any) -> Any:
    """The coroutine function, or function of an asynchronous generator, that is made of a function; `None` if none can be made."""
    code = _coroutine(function) if type(function) is types.FunctionType else None
    if code is None:
        return None
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))
    closure = tuple(cells[name] for name in code.co_freevars)
    made = types.FunctionType(code, function.__globals__, function.__name__, function.__defaults__, closure)
    made.__kwdefaults__ = function.__kwdefaults__
    return made


class Generating:
    """An asynchronous generator that replaces a generator. Code that does not await it waits on the stack."""

    def __init__(self, it: Any) -> None:
        self.it = it

    def __iter__(self) -> Generating:
        return self

    def __next__(self) -> Any:
        return self._next(self.it.__anext__())

    def send(self, value: Any) -> Any:
        return self._next(self.it.asend(value))

    def throw(self, *error: Any) -> Any:
        return self._next(self.it.athrow(*error))

    def close(self) -> None:
        self._next(self.it.aclose())

    def _next(self, step: Any) -> Any:
        while True:
            try:
                wait = step.send(None)
            except StopIteration as end:
                return end.value
            except StopAsyncIteration:
                raise StopIteration from None
            current.the_lab().threads.block(wait)


Generating.__name__ = Generating.__qualname__ = "generator"


class _Iterating:
    """Awaits the items of another iterable."""

    def __init__(self, it: Any) -> None:
        self._next = iter(it).__next__

    def __aiter__(self) -> _Iterating:
        return self

    async def __anext__(self) -> Any:
        try:
            return self._next()
        except StopIteration:
            raise StopAsyncIteration from None


def iterate(it: Any) -> Any:
    """The iterable of an `async for` that replaces a `for`."""
    return it.it if type(it) is Generating else _Iterating(it)


class Entered:
    """A context manager whose methods are called as above."""

    def __init__(self, manager: Any) -> None:
        #: A manager that is made from a generator.
        self._made = vars(manager).get("lab_made") if type(manager).__module__ == "contextlib" else None
        self._manager = manager
        # As Python does, both before it is entered.
        try:
            self._enter, self._exit = type(manager).__enter__, type(manager).__exit__
        except AttributeError:
            with manager:
                raise

    def __aenter__(self) -> Awaitable[Any]:
        return call(self._enter, self._manager) if self._made is None else self._made.__aenter__()

    def __aexit__(self, *error: Any) -> Awaitable[Any]:
        return call(self._exit, self._manager, *error) if self._made is None else self._made.__aexit__(*error)


def install(put: Callable[[Any, str, Any], None]) -> None:
    """Makes these available to the coroutines."""
    put(builtins, _CALL, call)
    put(builtins, _DONE, done)
    put(builtins, _ENTER, Entered)
    put(builtins, _ITERATE, iterate)


def prepare(kinds: Iterable[Any]) -> None:
    """Makes the coroutines of the methods of classes, and of functions, beforehand."""
    for kind in kinds:
        for one in vars(kind).values() if isinstance(kind, type) else (kind,):
            if isinstance(one, types.FunctionType) and not hasattr(one, "lab_steps"):
                _coroutine(one)


def forget(file: str) -> None:
    """Forgets the file of a program that has ended."""
    _trees.pop(file, None)
    for code in [code for code in _made if code.co_filename == file]:
        del _made[code]


def _coroutine(function: Any) -> types.CodeType | None:
    code = function.__code__
    try:
        return _made[code]
    except KeyError:
        waits = function.__globals__.get("__name__") in _MODULES and not code.co_flags & (_IS_COROUTINE | _IS_ASYNC_GENERATOR)
        _made[code] = made = _make(function) if waits else None
        return made


def _make(function: Any) -> types.CodeType | None:
    code = function.__code__
    tree = _program(code.co_filename) or _part(function)
    if tree is None:
        return None
    for path in _paths(tree, code):
        if function.__globals__.get("__name__") == "__main__" and not _may_wait(path[-1], tree, function.__globals__, set()):
            return None
        try:
            made = _compiled(path, code)
        except SyntaxError:
            # Older versions allow no such comprehension within another.
            made = None
        if made is not None:
            return made
    return None


def _may_wait(node: Any, tree: ast.Module, known: dict[str, Any], seen: set[Any]) -> bool:
    """Whether a function of the program may wait, as far as can be told: a function that only computes is faster as it is."""
    seen.add(node)
    own = {one.name: one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}
    generates = any(isinstance(one, (ast.Yield, ast.YieldFrom)) for one in ast.walk(tree))
    for one in ast.walk(node):
        if isinstance(one, ast.With) or (generates and isinstance(one, (ast.For, ast.comprehension)) and not isinstance(one.iter, ast.Call)):
            return True
        if not isinstance(one, ast.Call):
            continue
        function = one.func
        if isinstance(function, ast.Name) and function.id not in known:
            if function.id not in _PLAIN:
                return True
        elif isinstance(function, ast.Name):
            it = known[function.id]
            if type(it) is not types.FunctionType or own.get(function.id) is None or it.__name__ != function.id:
                return True
            if own[function.id] not in seen and _may_wait(own[function.id], tree, known, seen):
                return True
        elif isinstance(function, ast.Attribute):
            module = known.get(function.value.id) if isinstance(function.value, ast.Name) else None
            if isinstance(module, types.ModuleType):
                if not isinstance(getattr(module, function.attr, None), types.BuiltinFunctionType):
                    return True
            elif function.attr not in _HARMLESS or function.attr in own:
                return True
        else:
            return True
    return False


def _program(file: str) -> ast.Module | None:
    """The tree of a program that is run, whose source is in no file."""
    lines = linecache.cache.get(file)
    if lines is None or len(lines) != 4 or lines[1] is not None:
        return None
    source = "".join(lines[2])
    known = _trees.get(file)
    if known is None or known[0] != source:
        known = _trees[file] = source, ast.parse(source)
    return known[1]


def _part(function: Any) -> ast.Module | None:
    """Of a library only the function, in its class: the trees of whole files are large."""
    code, name = function.__code__, function.__qualname__
    if name.endswith(">"):
        return None
    try:
        # Played libraries have a loader of their own, and are in the folder of this file.
        loader = function.__globals__.get("__loader__")
        lines = getattr(loader, "get_data", _loader.get_data)(code.co_filename).decode().splitlines(True)
    except OSError:
        return None
    part = "".join(inspect.getblock(lines[code.co_firstlineno - 1 :]))
    before = f"class {name.split('.')[-2]}:\n" if part[0].isspace() else ""
    if "<" in name:
        before = f"def _({', '.join(code.co_freevars)}):\n"
    tree = ast.parse(before + part)
    return ast.increment_lineno(tree, code.co_firstlineno - 1 - len(before.splitlines()))


def _paths(tree: ast.AST, code: types.CodeType) -> Iterator[list[ast.AST]]:
    """The paths from the module to the functions to which the code may belong."""
    path = [tree]
    open_nodes = [ast.iter_child_nodes(tree)]
    while open_nodes:
        node = next(open_nodes[-1], None)
        if node is None:
            open_nodes.pop()
            path.pop()
            continue
        path.append(node)
        if isinstance(node, (ast.FunctionDef, ast.Lambda)) and _fits(node, code):
            yield list(path)
        open_nodes.append(ast.iter_child_nodes(node))


def _fits(node: ast.FunctionDef | ast.Lambda, code: types.CodeType) -> bool:
    if isinstance(node, ast.FunctionDef):
        first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
        return node.name == code.co_name and first == code.co_firstlineno
    if code.co_name != "<lambda>" or node.lineno != code.co_firstlineno:
        return False
    columns = [place[2] for place in getattr(code, "co_positions", tuple)() if place[0] == node.body.lineno and place[2]]
    return not columns or node.body.col_offset in columns and min(columns) >= node.col_offset


def _compiled(path: list[ast.AST], code: types.CodeType) -> types.CodeType | None:
    """The code of the coroutine function, compiled where the function is, so that it has the same variables."""
    node: Any = path[-1]
    name = node.name if isinstance(node, ast.FunctionDef) else "_lambda"
    body = node.body if isinstance(node, ast.FunctionDef) else [ast.copy_location(ast.Return(node.body), node.body)]
    made = ast.AsyncFunctionDef(name=name, args=node.args, body=[_Awaiting().visit(_copy(one)) for one in body], returns=None)
    # They count as its first line.
    made.decorator_list = getattr(node, "decorator_list", [])
    made.type_params = []
    made = ast.fix_missing_locations(ast.copy_location(made, node))
    # In the block that has the function's statement it takes the place of that, or comes before it.
    index = len(path) - 1
    while not isinstance(path[index], ast.stmt):
        if index < len(path) - 1 and isinstance(path[index], (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            return None
        index -= 1
    place: Any = path[index]
    block = next(
        value for _, value in ast.iter_fields(path[index - 1]) if isinstance(value, list) and any(one is place for one in value)
    )
    at = next(number for number, one in enumerate(block) if one is place)
    block[at : at + 1] = [made] if place is node else [made, place]
    top: Any = made if index == 1 else path[1]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            whole = compile(ast.Module([top], []), code.co_filename, "exec", flags=code.co_flags & _FEATURES, dont_inherit=True)
    finally:
        block[at : at + (1 if place is node else 2)] = [place]
    found = _find(whole, name, code.co_firstlineno)
    if found is None or found.co_name == code.co_name:
        return found
    names: dict[str, Any] = {"co_name": code.co_name}
    if sys.version_info >= (3, 11):
        names["co_qualname"] = code.co_qualname
    return found.replace(**names)


def _copy(node: Any) -> Any:
    """Of a tree, since it is changed."""
    if isinstance(node, list):
        return [_copy(one) for one in node]
    if not isinstance(node, ast.AST):
        return node
    made = type(node)(**{name: _copy(value) for name, value in ast.iter_fields(node)})
    return ast.copy_location(made, node)


def _find(code: types.CodeType, name: str, line: int) -> types.CodeType | None:
    for one in code.co_consts:
        if isinstance(one, types.CodeType):
            if one.co_name == name and one.co_firstlineno == line and one.co_flags & (_IS_COROUTINE | _IS_ASYNC_GENERATOR):
                return one
            found = _find(one, name, line)
            if found is not None:
                return found
    return None


class _Awaiting(ast.NodeTransformer):
    """Awaits calls, context managers, and items."""

    def _as_it_is(self, node: Any) -> Any:
        return node

    # The body of these is not run by the function itself.
    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = visit_GeneratorExp = _as_it_is

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in _PLAIN:
            return node
        function = ast.copy_location(ast.Name(_CALL, ast.Load()), node.func)
        made = ast.copy_location(ast.Call(function, [node.func, *node.args], node.keywords), node)
        return _called(_DONE, ast.copy_location(ast.Await(made), node))

    def visit_With(self, node: ast.With) -> Any:
        self.generic_visit(node)
        for item in node.items:
            item.context_expr = _called(_ENTER, item.context_expr)
        return ast.copy_location(ast.AsyncWith(items=node.items, body=node.body), node)

    def visit_For(self, node: ast.For) -> Any:
        self.generic_visit(node)
        if not (_is_awaited(node.iter) or isinstance(node.iter, (ast.Name, ast.Attribute))):
            return node
        return _iterating(node, node.target, node.iter, node.body, node.orelse)

    def visit_comprehension(self, node: ast.comprehension) -> Any:
        self.generic_visit(node)
        if _is_awaited(node.iter):
            node.iter, node.is_async = _called(_ITERATE, node.iter), 1
        return node

    def visit_Expr(self, node: ast.Expr) -> Any:
        self.generic_visit(node)
        if not isinstance(node.value, ast.YieldFrom):
            return node
        item = ast.Yield(ast.Name("_item", ast.Load()))
        body = [ast.copy_location(ast.Expr(item), node)]
        return ast.fix_missing_locations(_iterating(node, ast.Name("_item", ast.Store()), node.value.value, body, []))


def _is_awaited(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == _DONE


def _called(name: str, on: Any) -> Any:
    """A call of one of the functions above."""
    return ast.copy_location(ast.Call(ast.copy_location(ast.Name(name, ast.Load()), on), [on], []), on)


def _iterating(node: Any, target: Any, over: Any, body: Any, otherwise: Any) -> Any:
    return ast.copy_location(ast.AsyncFor(target=target, iter=_called(_ITERATE, over), body=body, orelse=otherwise), node)


def awaited(it: Any) -> Any:
    """The object that a coroutine awaits now."""
    inner = getattr(it, "cr_await", None) or getattr(it, "ag_await", None)
    frame = getattr(inner, "gi_frame", None)
    if frame is not None and isinstance(within := frame.f_locals.get("self"), _Within):
        return within.coroutine
    return inner
