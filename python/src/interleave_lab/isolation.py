"""A run leaves nothing behind: modules, loggers, warnings, environment and collector are as they were."""

from __future__ import annotations

import gc
import linecache
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

#: Modules whose attributes programs often replace.
_WATCHED = (
    "builtins", "time", "random", "os", "sys", "datetime", "threading", "socket", "uuid", "logging", "functools", "contextlib",
    "json", "queue", "traceback",
)  # fmt: skip
_ABSENT = object()


@contextmanager
def frozen() -> Iterator[None]:
    """Keeps the garbage collector, which is called in each run, from visiting the objects of the host."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def kept() -> Iterator[None]:
    """Restores at the end what the program has changed."""
    names = [name for name in sys.modules if name in _WATCHED or name.split(".")[0] in ("asyncio", "concurrent")]
    before = [(sys.modules[name], dict(vars(sys.modules[name]))) for name in names]
    modules, path, argv = dict(sys.modules), list(sys.path), list(sys.argv)
    environment, folder = dict(os.environ), os.getcwd()
    cache, limit = dict(linecache.cache), sys.getrecursionlimit()
    root, manager = logging.root, logging.root.manager
    handlers, level, loggers = list(root.handlers), root.level, dict(manager.loggerDict)
    disabled = manager.disable
    known = {name: one for name, one in loggers.items() if isinstance(one, logging.Logger)}
    levels = {name: (one.level, list(one.handlers), one.propagate, one.disabled) for name, one in known.items()}
    meta_path, path_hooks = list(sys.meta_path), list(sys.path_hooks)
    collects, threshold = gc.isenabled(), gc.get_threshold()
    with warnings.catch_warnings():
        _filters()
        # So that the collector runs at the same moments in each run.
        gc.collect()
        root.handlers[:] = []
        root.setLevel(logging.WARNING)
        try:
            yield
        finally:
            for module, attributes in before:
                _restore(module, attributes)
            for name in [name for name in sys.modules if name not in modules and _is_ours(sys.modules[name])]:
                del sys.modules[name]
            sys.modules["__main__"] = modules["__main__"]
            sys.path[:], sys.argv[:] = path, argv
            sys.meta_path[:], sys.path_hooks[:] = meta_path, path_hooks
            if dict(os.environ) != environment:
                os.environ.clear()
                os.environ.update(environment)
            os.chdir(folder)
            linecache.cache.clear()
            linecache.cache.update(cache)
            sys.setrecursionlimit(limit)
            gc.set_threshold(*threshold)
            (gc.enable if collects else gc.disable)()
            root.handlers[:] = handlers
            root.setLevel(level)
            manager.disable = disabled
            manager.loggerDict.clear()
            manager.loggerDict.update(loggers)
            for name, (its_level, its_handlers, propagate, is_disabled) in levels.items():
                logger = known[name]
                logger.setLevel(its_level)
                logger.handlers[:] = its_handlers
                logger.propagate, logger.disabled = propagate, is_disabled


def _filters() -> None:
    """The filters with which Python starts, whatever the host has set."""
    warnings.resetwarnings()
    for category in (ResourceWarning, ImportWarning, PendingDeprecationWarning, DeprecationWarning):
        warnings.simplefilter("ignore", category)
    warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")
    warnings._showwarnmsg_impl = _show  # type: ignore[attr-defined]


def _show(message: Any) -> None:
    sys.stderr.write(warnings._formatwarnmsg(message))  # type: ignore[attr-defined]


def _restore(module: Any, attributes: dict[str, Any]) -> None:
    now = vars(module)
    for name in [name for name in now if name not in attributes]:
        del now[name]
    for name, value in attributes.items():
        if now.get(name, _ABSENT) is not value:
            now[name] = value


def _is_ours(module: Any) -> bool:
    return bool(getattr(module, "__lab__", False)) or not getattr(module, "__spec__", None)
