"""Runs a program as Python itself would, and keeps the recorder out of its tracebacks."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import io
import os
import sys
from collections.abc import Callable
from types import CodeType, ModuleType, TracebackType
from typing import Any

from .places import OURS


class NoProgram(Exception):
    """There is no such program; says why."""


#: Compiles the program. That it cannot be compiled is the program's own error.
Compile = Callable[[], CodeType]


def find_script(path: str) -> tuple[Compile, ModuleType]:
    """A script, and its main module."""
    whole = os.path.join(os.getcwd(), path)
    try:
        with io.open_code(whole) as file:
            source = file.read()
    except OSError as error:
        raise NoProgram(f"can't open file {path!r}: {error.strerror}") from error
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
    module = _main(spec.origin)
    name = spec.name
    module.__spec__ = spec
    module.__loader__ = spec.loader
    module.__package__ = spec.parent
    return lambda: get_code(name), module, spec.origin


def _main(file: str) -> ModuleType:
    module = ModuleType("__main__")
    module.__file__ = file
    module.__builtins__ = __builtins__  # type: ignore[attr-defined]
    for name, value in (("__cached__", None), ("__annotations__", {})):
        # As the interpreter has made its own main module.
        if name in vars(sys.modules["__main__"]):
            module.__dict__[name] = value
    module.__loader__ = importlib.machinery.SourceFileLoader("__main__", file)
    return module


def run(compiled: Compile, module: ModuleType) -> None:
    """Runs it. Whatever it raises comes out as it would from the interpreter."""
    sys.modules["__main__"] = module
    exec(compiled(), module.__dict__)


def without_us(traceback: TracebackType | None) -> TracebackType | None:
    """The traceback without the recorder's own frames, and without those by which it was started."""
    while traceback is not None and _ours(traceback):
        traceback = traceback.tb_next
    at = traceback
    while at is not None:
        while at.tb_next is not None and _ours(at.tb_next):
            at.tb_next = at.tb_next.tb_next
        at = at.tb_next
    return traceback


def _ours(traceback: TracebackType) -> bool:
    filename = traceback.tb_frame.f_code.co_filename
    return filename.startswith(OURS) or filename == "<frozen runpy>" or filename.endswith(os.sep + "runpy.py")


def clean_tracebacks() -> None:
    """Removes the recorder from what is shown of errors that end the program."""
    hook = sys.excepthook

    def excepthook(kind: type[BaseException], problem: BaseException, traceback: TracebackType | None) -> None:
        seen: set[int] = set()
        one: BaseException | None = problem
        while one is not None and id(one) not in seen:
            seen.add(id(one))
            one.__traceback__ = without_us(one.__traceback__)
            one = one.__cause__ or one.__context__
        hook(kind, problem, problem.__traceback__)

    sys.excepthook = excepthook
