"""Played libraries: small versions of packages that use the network, a disk or a database.

Each is a file of this folder. It is run anew for each program that imports it, under the package's own name.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches

    from ..session import Session

#: The libraries that can be imported.
NAMES = ("aiofiles", "aiohttp", "aiosqlite", "asyncpg", "bs4", "httpx", "psutil", "requests", "uvloop")
#: Modules of the standard library that only Windows has.
_ELSEWHERE = ("msvcrt", "nt", "winreg", "winsound")
_codes: dict[str, CodeType] = {}


def _code(name: str) -> CodeType:
    code = _codes.get(name)
    if code is None:
        spec = importlib.util.find_spec(f"{__name__}.{name}")
        loader: Any = None if spec is None else spec.loader
        if loader is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        code = _codes[name] = loader.get_code(f"{__name__}.{name}")
    return code


def load() -> None:
    """Compiles them beforehand, so that no run has to, and loads the modules that they share."""
    for name in NAMES:
        _code(name)
    for name in ("support", "sql"):
        importlib.import_module(f"{__name__}.{name}")


class _Loader:
    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__lab__"] = True
        module.__dict__["__path__"] = []
        exec(_code(module.__name__), module.__dict__)


class _Finder:
    """The first finder, so that the played library is used where the real one is installed, too."""

    def __init__(self, lab: Session) -> None:
        self._lab = lab

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        top, _, part = name.partition(".")
        if part and top in NAMES:
            # Without the module's name, by which `from aiohttp import web` would replace these words by its own.
            raise ModuleNotFoundError(f"the lab plays {top} in small, without {part}")
        if name not in NAMES:
            return None
        if name not in self._lab.played:
            self._lab.played.append(name)
        return ModuleSpec(name, _Loader(), origin="the lab")  # type: ignore[arg-type]


class _NotFound:
    """The last finder: says which libraries can be imported."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        top = name.split(".")[0]
        if top.startswith("_") or top in _ELSEWHERE or top == "__main__":
            return None
        if top in sys.stdlib_module_names:
            raise ModuleNotFoundError(f"No module named {name!r} (the lab leaves this part of the standard library out)", name=name)
        there = f"the lab has the standard library, and plays {', '.join(NAMES[:-1])} and {NAMES[-1]}"
        raise ModuleNotFoundError(f"No module named {name!r} ({there})", name=name)


def install(patches: Patches, lab: Session) -> None:
    """Makes them importable."""
    for name in NAMES:
        sys.modules.pop(name, None)
    sys.meta_path.insert(0, _Finder(lab))
    sys.meta_path.append(_NotFound())
