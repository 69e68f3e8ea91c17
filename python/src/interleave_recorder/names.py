"""The variable that an object was assigned to, from the line of source that made it."""

from __future__ import annotations

import ast
import linecache
from types import CodeType, FrameType

#: Longer sources are not parsed for names.
_MAX_SOURCE = 2_000_000
_trees: dict[str, dict[int, list[tuple[ast.Call, list[ast.AST]]]]] = {}
#: For Python versions without columns: the calls of a line in the order in which they were first made.
_order: dict[tuple[int, int], list[int]] = {}


def forget() -> None:
    """A new recording may have other files with the same names."""
    _trees.clear()
    _order.clear()


class Origin:
    """Where an object was made, kept until its name is asked for."""

    __slots__ = ("code", "lasti", "line")

    def __init__(self, frame: FrameType) -> None:
        self.code = frame.f_code
        self.lasti = frame.f_lasti
        self.line = frame.f_lineno or 0


def variable(origin: Origin, constructor: str) -> tuple[str, bool]:
    """The name, empty if there is none, and whether it names a list of such objects."""
    calls = _calls(origin.code.co_filename).get(origin.line, [])
    position = _position(origin.code, origin.lasti)
    if position is not None:
        chosen = [(call, above) for call, above in calls if (call.lineno, call.col_offset) == position]
        # Of `Lock().acquire()` both calls begin at one place: the inner one is the shorter.
        chosen.sort(key=lambda pair: pair[0].end_col_offset or 0)
    else:
        made = _order.setdefault((id(origin.code), origin.line), [])
        if origin.lasti not in made:
            made.append(origin.lasti)
            made.sort()
        fitting = [pair for pair in calls if _called(pair[0]) == constructor] or calls
        chosen = fitting[made.index(origin.lasti) :][:1]
    return _target(chosen[0]) if chosen else ("", False)


def _position(code: CodeType, lasti: int) -> tuple[int, int] | None:
    positions = getattr(code, "co_positions", None)
    if positions is None:
        return None
    for index, (line, _, column, _) in enumerate(positions()):
        if index == lasti // 2:
            return None if line is None or column is None else (line, column)
    return None


def _calls(filename: str) -> dict[int, list[tuple[ast.Call, list[ast.AST]]]]:
    """The calls of a file by line, each with the nodes around it, from the innermost."""
    known = _trees.get(filename)
    if known is not None:
        return known
    found: dict[int, list[tuple[ast.Call, list[ast.AST]]]] = {}
    source = "".join(linecache.getlines(filename))
    try:
        tree = ast.parse(source) if len(source) <= _MAX_SOURCE else ast.Module([], [])
    except (SyntaxError, ValueError, RecursionError):
        tree = ast.Module([], [])
    todo: list[tuple[ast.AST, list[ast.AST]]] = [(tree, [])]
    while todo:
        node, above = todo.pop()
        if isinstance(node, ast.Call):
            found.setdefault(node.lineno, []).append((node, above))
        # The nodes around a statement do not matter to the nodes in it, but its function's name does.
        around = above if not isinstance(node, ast.stmt) or isinstance(node, ast.FunctionDef) else []
        todo.extend((child, [node, *around][:12]) for child in ast.iter_child_nodes(node))
    for calls in found.values():
        calls.sort(key=lambda pair: pair[0].col_offset)
    _trees[filename] = found
    return found


def _called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _target(pair: tuple[ast.Call, list[ast.AST]]) -> tuple[str, bool]:
    node: ast.AST
    node, above = pair
    many, key, index = False, "", None
    for outer in above:
        if isinstance(outer, ast.keyword) and outer.arg:
            return outer.arg + key, many
        if isinstance(outer, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            many = True
        elif isinstance(outer, (ast.Tuple, ast.List)):
            index = outer.elts.index(node) if isinstance(node, ast.expr) and node in outer.elts else None
        elif isinstance(outer, ast.Dict) and isinstance(node, ast.expr) and node in outer.values:
            named = outer.keys[outer.values.index(node)]
            key = f"[{ast.unparse(named)[:60]}]" if named is not None else ""
        elif isinstance(outer, ast.NamedExpr):
            return _text(outer.target) + key, many
        elif isinstance(outer, ast.Assign):
            target = outer.targets[0]
            if index is not None:
                if isinstance(target, (ast.Tuple, ast.List)) and index < len(target.elts):
                    target = target.elts[index]
                else:
                    key = f"[{index}]{key}"
            return _text(target) + key, many
        elif isinstance(outer, ast.AnnAssign):
            return _text(outer.target) + key, many
        elif isinstance(outer, ast.stmt):
            break
        node = outer
    return "", many


def _text(target: ast.AST) -> str:
    text = ast.unparse(target)
    return (text[5:] if text.startswith("self.") else text)[:80]
