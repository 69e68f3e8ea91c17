"""Runs a program as Python itself would, and keeps the recorder out of its tracebacks."""

from __future__ import annotations

import builtins
import importlib.machinery
import importlib.util
import io
import os
import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import CodeType, FrameType, ModuleType, TracebackType
from typing import Any

from . import places


class NoProgram(Exception):
    """There is no such program; the message says why."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        #: The exit status of Python where it does not find the program.
        self.status = status


#: Whether `runpy` would run it: it is then on the program's stack.
_from_module = False
#: Compiles the program. If it cannot be compiled, that is the program's own error.
Compile = Callable[[], CodeType]
#: File, line, function.
Place = tuple[str, int, str]


def find_script(path: str) -> tuple[Compile, ModuleType]:
    """A script, and its main module."""
    whole = os.path.join(os.getcwd(), path)
    # A folder or an archive has a module of its own to run.
    importer = pkgutil.get_importer(os.path.abspath(path))
    if importer is not None:
        spec = importer.find_spec("__main__", None)
        if spec is None or spec.loader is None or spec.origin is None:
            raise NoProgram(f"can't find '__main__' module in {path!r}")
        sys.path[0] = os.path.abspath(path)
        return _code_of(spec), _module_of(spec)
    try:
        with io.open_code(whole) as file:
            source = file.read()
    except OSError as error:
        raise NoProgram(f"can't open file {path!r}: {error.strerror}", 2) from error
    if not getattr(sys.flags, "safe_path", False):
        sys.path[0] = os.path.dirname(os.path.realpath(whole))
    module = _main(whole)
    return lambda: compile(source, whole, "exec", dont_inherit=True), module


def find_module(name: str) -> tuple[Compile, ModuleType, str]:
    """A module, or a package's `__main__`; its main module; and its file, for `sys.argv`."""
    try:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            spec = importlib.util.find_spec(name + ".__main__")
    except (ImportError, ValueError, AttributeError) as error:
        raise NoProgram(f"no module named {name}: {error}") from error
    get_code: Any = getattr(spec and spec.loader, "get_code", None)
    if spec is None or get_code is None or spec.origin is None:
        raise NoProgram(f"no module named {name}, or none that can be run")
    return _code_of(spec), _module_of(spec), spec.origin


def _code_of(spec: importlib.machinery.ModuleSpec) -> Compile:
    loader: Any = spec.loader
    return lambda: loader.get_code(spec.name)


def _module_of(spec: importlib.machinery.ModuleSpec) -> ModuleType:
    global _from_module
    _from_module = True
    module = _main(spec.origin or "")
    module.__spec__ = spec
    module.__loader__ = spec.loader
    module.__package__ = spec.parent
    return module


def _main(file: str) -> ModuleType:
    module = ModuleType("__main__")
    module.__file__ = file
    module.__builtins__ = builtins  # type: ignore[attr-defined]
    for name, value in (("__cached__", None), ("__annotations__", {})):
        # As the interpreter has made its own main module.
        if name in vars(sys.modules["__main__"]):
            module.__dict__[name] = value
    module.__loader__ = importlib.machinery.SourceFileLoader("__main__", file)
    return module


def run(compiled: Compile, module: ModuleType) -> None:
    """Runs the program. It raises what the program raises, as the interpreter would."""
    sys.modules["__main__"] = module
    places.begin_below(run)
    exec(compiled(), module.__dict__)


def seen(frames: Iterable[FrameType]) -> Iterator[FrameType]:
    """A stack, from its innermost frame, as it would be without the recorder: callers of the program are left out."""
    for frame in frames:
        if places.is_outermost(frame) and not _from_module:
            return
        if not frame.f_code.co_filename.startswith(places.OURS):
            yield frame


def seen_places(stack: Sequence[Place]) -> Iterator[Place]:
    """The same for places, as a coroutine has them of its creation."""
    for place in stack:
        if place[::2] == (__file__, run.__name__) and not _from_module:
            return
        if not place[0].startswith(places.OURS):
            yield place


def without_us(traceback: TracebackType | None) -> TracebackType | None:
    """The traceback without the recorder's own frames, and without the frames that started it."""
    every: list[TracebackType] = []
    while traceback is not None:
        every.append(traceback)
        traceback = traceback.tb_next
    shown = set(seen(one.tb_frame for one in reversed(every)))
    kept = [one for one in every if one.tb_frame in shown]
    following = None
    for one in reversed(kept):
        if one.tb_next is not following:
            one.tb_next = following
        following = one
    return following


def clean(problem: BaseException | None) -> None:
    """Removes the recorder's frames from the tracebacks of an exception, and of its causes, contexts and groups."""
    known: set[int] = set()
    todo = [problem]
    while todo:
        one = todo.pop()
        if one is None or id(one) in known:
            continue
        known.add(id(one))
        one.__traceback__ = without_us(one.__traceback__)
        todo += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]


def clean_tracebacks() -> None:
    """Keeps the recorder out of the traceback of an error that ends the program."""
    hook = sys.excepthook

    def excepthook(kind: type[BaseException], problem: BaseException, traceback: TracebackType | None) -> None:
        clean(problem)
        hook(kind, problem, problem.__traceback__)

    sys.excepthook = excepthook
