"""A database in memory that knows the SQL of small examples: one table in a statement, no joins."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

#: The number of rows in a table that the program expects to exist.
EXPECTED = 10
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>\d+(?:\.\d+)?)|(?P<mark>\$\d+|\?|:\w+)|(?P<word>[A-Za-z_][\w.]*|\"[^\"]+\"|`[^`]+`)"
    r"|(?P<sign><>|!=|<=|>=|\|\||::|[-+*/%=<>(),;.]))",
    re.S,
)
_WORDS_OF_NOW = {"CURRENT_TIMESTAMP", "NOW", "DATETIME"}
Row = dict[str, Any]
#: A value of a row.
Value = Callable[[Row], Any]


class SqlError(Exception):
    """The statement is wrong, or not supported."""


class Conflict(SqlError):
    """A value that must be unique exists already."""


class Table:
    """Rows, and the known properties of their columns."""

    def __init__(self, name: str, columns: list[str], expected: bool = False) -> None:
        self.name = name
        self.columns = columns
        self.unique: list[str] = []
        #: The column that numbers its rows automatically.
        self.key: str | None = None
        self.defaults: dict[str, Any] = {}
        self.rows: list[Row] = []
        self.last = 0
        self.expected = expected
        if expected:
            self.key = "id"
            self.rows = [{"id": number} for number in range(1, EXPECTED + 1)]
            self.last = EXPECTED


class Result:
    """The result of a statement."""

    def __init__(self, word: str, columns: list[str], rows: list[Row], count: int, last: int | None = None) -> None:
        self.word, self.columns, self.rows, self.count, self.last = word, columns, rows, count, last


class Database:
    """Tables. One that the program did not create holds ten made-up rows, if `expects` is set."""

    def __init__(self, expects: bool, now: Callable[[], str]) -> None:
        self.tables: dict[str, Table] = {}
        self.expects = expects
        self.now = now

    def run(self, statement: str, values: Any = ()) -> Result:
        """Runs one statement."""
        return _Statement(self, statement, values).run()

    def copy(self) -> dict[str, tuple[list[Row], int]]:
        """The state to which a transaction may roll back."""
        return {name: ([dict(row) for row in table.rows], table.last) for name, table in self.tables.items()}

    def back_to(self, kept: dict[str, tuple[list[Row], int]]) -> None:
        """Restores that state."""
        for name in list(self.tables):
            if name in kept:
                self.tables[name].rows, self.tables[name].last = kept[name]
            else:
                del self.tables[name]


class _Statement:
    """A statement that is being read."""

    def __init__(self, database: Database, text: str, values: Any) -> None:
        self.database, self.values = database, values
        self.tokens: list[tuple[str, str]] = []
        self.at = 0
        self.marks = 0
        at, text = 0, re.sub(r"--[^\n]*", "", text).strip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None or not found.lastgroup:
                raise SqlError(f'near "{text[at : at + 10]}": syntax error')
            self.tokens.append((found.lastgroup, found.group(found.lastgroup)))
            at = found.end()

    # Reading.

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def next(self) -> str:
        word = self.peek()
        if not word:
            raise SqlError("incomplete input")
        self.at += 1
        return word

    def takes(self, *words: str) -> bool:
        """Whether these words come next; they are read if so."""
        coming = [token[1].upper() for token in self.tokens[self.at : self.at + len(words)]]
        if coming != list(words):
            return False
        self.at += len(words)
        return True

    def must(self, *words: str) -> None:
        if not self.takes(*words):
            raise SqlError(f'near "{self.peek()}": syntax error')

    def name(self) -> str:
        return self.next().strip('"`').rsplit(".", 1)[-1].lower()

    def names(self) -> list[str]:
        found = [self.name()]
        while self.takes(","):
            found.append(self.name())
        return found

    # Statements.

    def run(self) -> Result:
        word = self.next().upper()
        known: dict[str, Callable[[], Result]] = {
            "CREATE": self.create, "DROP": self.drop, "INSERT": self.insert, "REPLACE": self.insert, "SELECT": self.select,
            "UPDATE": self.update, "DELETE": self.delete,
        }  # fmt: skip
        if word in known:
            return known[word]()
        if word in ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SET", "VACUUM", "ANALYZE", "TRUNCATE", "ALTER"):
            return Result(word, [], [], 0)
        raise SqlError(f'near "{word}": syntax error')

    def table(self) -> Table:
        name = self.name()
        found = self.database.tables.get(name)
        if found is None:
            if not self.database.expects:
                raise SqlError(f"no such table: {name}")
            found = self.database.tables[name] = Table(name, ["id"], expected=True)
        return found

    def create(self) -> Result:
        for word in ("UNIQUE", "TEMP", "TEMPORARY"):
            self.takes(word)
        if not self.takes("TABLE"):
            return Result("CREATE", [], [], 0)
        there = self.takes("IF", "NOT", "EXISTS")
        name = self.name()
        if name in self.database.tables:
            if there:
                return Result("CREATE", [], [], 0)
            raise SqlError(f"table {name} already exists")
        table = Table(name, [])
        self.must("(")
        while not self.takes(")"):
            self.column(table)
            self.takes(",")
        self.database.tables[name] = table
        return Result("CREATE", [], [], 0)

    def column(self, table: Table) -> None:
        name, words, depth = self.name(), [], 0
        while self.peek() and (depth or self.peek() not in (",", ")")):
            word = self.next().upper()
            depth += (word == "(") - (word == ")")
            words.append(word)
            if word == "DEFAULT":
                value = self.sum()
                table.defaults[name] = value
        said = " ".join(words)
        if name in ("primary", "unique", "foreign", "constraint", "check"):
            return
        table.columns.append(name)
        if "PRIMARY KEY" in said or "UNIQUE" in said:
            table.unique.append(name)
        if ("PRIMARY KEY" in said and "INT" in said) or "SERIAL" in said:
            table.key = name

    def drop(self) -> Result:
        self.must("TABLE")
        self.takes("IF", "EXISTS")
        self.database.tables.pop(self.name(), None)
        return Result("DROP", [], [], 0)

    def insert(self) -> Result:
        ignore = self.takes("OR", "IGNORE")
        replace = self.takes("OR", "REPLACE")
        self.must("INTO")
        table = self.table()
        columns = list(table.columns)
        if self.takes("("):
            columns = self.names()
            self.must(")")
            table.columns += [name for name in columns if name not in table.columns]
        self.must("VALUES")
        rows: list[Row] = []
        while True:
            self.must("(")
            values = [self.either()({})]
            while self.takes(","):
                values.append(self.either()({}))
            self.must(")")
            if len(values) != len(columns):
                raise SqlError(f"{len(values)} values for {len(columns)} columns")
            rows.append(dict(zip(columns, values)))
            if not self.takes(","):
                break
        if self.takes("ON", "CONFLICT"):
            ignore = True
            while self.peek() and self.peek().upper() != "RETURNING":
                self.next()
        done = [row for row in rows if self.put(table, row, ignore, replace)]
        found, shown = self.returning(table, done)
        return Result("INSERT", shown, found, len(done), table.last)

    def put(self, table: Table, row: Row, ignore: bool, replace: bool) -> bool:
        for name in table.columns:
            if name not in row:
                row[name] = table.defaults[name]({}) if name in table.defaults else None
        if table.key and row.get(table.key) is None:
            row[table.key] = table.last + 1
        for name in table.unique:
            twin = next((other for other in table.rows if row[name] is not None and other.get(name) == row[name]), None)
            if twin is None:
                continue
            if ignore:
                return False
            if not replace:
                raise Conflict(f"UNIQUE constraint failed: {table.name}.{name}")
            table.rows.remove(twin)
        table.last = int(row[table.key]) if table.key and isinstance(row[table.key], int) else table.last + 1
        table.rows.append(row)
        return True

    def returning(self, table: Table, rows: list[Row]) -> tuple[list[Row], list[str]]:
        if not self.takes("RETURNING"):
            return [], []
        columns = self.columns(table)
        return [{name: value(row) for name, value in columns} for row in rows], [name for name, _ in columns]

    def columns(self, table: Table | None) -> list[tuple[str, Value]]:
        if self.takes("*"):
            names = [] if table is None else table.columns
            return [(name, _of(name, table)) for name in names]
        found: list[tuple[str, Value]] = []
        while True:
            begin = self.at
            value = self.either(table)
            name = self.tokens[begin][1].rsplit(".", 1)[-1].strip('"`').lower()
            if self.takes("AS"):
                name = self.name()
            found.append((name, value))
            if not self.takes(","):
                return found

    def select(self) -> Result:
        self.takes("DISTINCT")
        begin = self.at
        depth = 0
        while self.peek() and (depth or self.peek().upper() != "FROM"):
            word = self.next()
            depth += (word == "(") - (word == ")")
        table = None
        if self.takes("FROM"):
            table = self.table()
        end, self.at = self.at, begin
        counting = self.peek().upper() in ("COUNT", "SUM", "AVG", "MIN", "MAX") and self.tokens[begin + 1][1] == "("
        if counting:
            kind = self.next().upper()
            self.must("(")
            inner = (lambda row: 1) if self.takes("*") else self.either(table)
            self.must(")")
            name = self.name() if self.takes("AS") else kind.lower()
            columns: list[tuple[str, Value]] = []
        else:
            columns = self.columns(table)
        self.at = end
        if self.peek() and self.peek().upper() not in ("WHERE", "ORDER", "LIMIT", "FOR", ";", "OFFSET"):
            raise SqlError(f'the lab\'s database does not know "{self.peek()}" here: one table, WHERE, ORDER BY and LIMIT')
        rows = self.where(table) if table is not None else [{}]
        if counting:
            values = [value for row in rows if (value := inner(row)) is not None]
            known: dict[str, Callable[[], Any]] = {
                "COUNT": lambda: len(values), "SUM": lambda: sum(values), "MIN": lambda: min(values, default=None),
                "MAX": lambda: max(values, default=None), "AVG": lambda: sum(values) / len(values) if values else None,
            }  # fmt: skip
            return Result("SELECT", [name], [{name: known[kind]()}], 1)
        if self.takes("ORDER", "BY"):
            keys: list[tuple[Value, bool]] = []
            while True:
                key = self.sum(table)
                keys.append((key, self.takes("DESC") or (self.takes("ASC") and False)))
                if not self.takes(","):
                    break
            for key, down in reversed(keys):
                rows.sort(key=lambda row: (key(row) is not None, key(row)), reverse=down)
        if self.takes("LIMIT"):
            most = int(self.sum()({}))
            skip = int(self.sum()({})) if self.takes("OFFSET") else 0
            rows = rows[skip : skip + most]
        return Result("SELECT", [name for name, _ in columns], [{name: value(row) for name, value in columns} for row in rows], len(rows))

    def where(self, table: Table) -> list[Row]:
        if not self.takes("WHERE"):
            return list(table.rows)
        fits = self.either(table)
        return [row for row in table.rows if fits(row)]

    def update(self) -> Result:
        table = self.table()
        self.must("SET")
        sets: list[tuple[str, Value]] = []
        while True:
            name = self.name()
            self.must("=")
            sets.append((name, self.sum(table)))
            if not self.takes(","):
                break
        rows = self.where(table)
        for row in rows:
            row.update({name: value(row) for name, value in sets})
        found, shown = self.returning(table, rows)
        return Result("UPDATE", shown, found, len(rows))

    def delete(self) -> Result:
        self.must("FROM")
        table = self.table()
        rows = self.where(table)
        gone = {id(row) for row in rows}
        table.rows = [row for row in table.rows if id(row) not in gone]
        return Result("DELETE", [], [], len(rows))

    # Expressions, from the operator that binds least to the one that binds most.

    def either(self, table: Table | None = None) -> Value:
        left = self.both(table)
        while self.takes("OR"):
            left = _two(left, self.both(table), lambda one, other: bool(one) or bool(other))
        return left

    def both(self, table: Table | None) -> Value:
        left = self.negated(table)
        while self.takes("AND"):
            left = _two(left, self.negated(table), lambda one, other: bool(one) and bool(other))
        return left

    def negated(self, table: Table | None) -> Value:
        if self.takes("NOT"):
            inner = self.negated(table)
            return lambda row: not inner(row)
        return self.compared(table)

    def compared(self, table: Table | None) -> Value:
        left = self.sum(table)
        if self.takes("IS", "NOT", "NULL"):
            return lambda row: left(row) is not None
        if self.takes("IS", "NULL"):
            return lambda row: left(row) is None
        if self.takes("IN"):
            self.must("(")
            among = [self.sum(table)]
            while self.takes(","):
                among.append(self.sum(table))
            self.must(")")
            return lambda row: left(row) in [one(row) for one in among]
        if self.takes("LIKE") or self.takes("ILIKE"):
            return _two(left, self.sum(table), _like)
        signs: dict[str, Callable[[Any, Any], Any]] = {
            "=": operator.eq, "<>": operator.ne, "!=": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le,
            ">=": operator.ge,
        }  # fmt: skip
        sign = signs.get(self.peek())
        if sign is None:
            return left
        self.next()
        return _two(left, self.sum(table), _unless_null(sign))

    def sum(self, table: Table | None = None) -> Value:
        left = self.product(table)
        signs: dict[str, Callable[[Any, Any], Any]] = {
            "+": operator.add, "-": operator.sub, "||": lambda one, other: f"{one}{other}",
        }  # fmt: skip
        while (sign := signs.get(self.peek())) is not None:
            self.next()
            left = _two(left, self.product(table), _unless_null(sign))
        return left

    def product(self, table: Table | None) -> Value:
        left = self.value(table)
        signs: dict[str, Callable[[Any, Any], Any]] = {"*": operator.mul, "/": operator.truediv, "%": operator.mod}
        while (sign := signs.get(self.peek())) is not None:
            self.next()
            left = _two(left, self.value(table), _unless_null(sign))
        return left

    def value(self, table: Table | None) -> Value:
        kind = self.tokens[self.at][0] if self.at < len(self.tokens) else ""
        word = self.next()
        found: Any
        if word == "(":
            inner = self.either(table)
            self.must(")")
            return inner
        if word == "-":
            inner = self.value(table)
            return lambda row: -inner(row)
        if kind == "text":
            found = word[1:-1].replace("''", "'")
        elif kind == "number":
            found = float(word) if "." in word else int(word)
        elif kind == "mark":
            found = self.given(word)
        elif word.upper() in ("NULL", "TRUE", "FALSE"):
            found = {"NULL": None, "TRUE": True, "FALSE": False}[word.upper()]
        elif word.upper() in _WORDS_OF_NOW:
            if self.takes("("):
                while not self.takes(")"):
                    self.next()
            now = self.database.now
            return lambda row: now()
        elif kind == "word":
            return _of(word.strip('"`').rsplit(".", 1)[-1].lower(), table)
        else:
            raise SqlError(f'near "{word}": syntax error')
        if self.takes("::"):
            self.next()
        return lambda row: found

    def given(self, mark: str) -> Any:
        """A value that was passed with the statement."""
        try:
            if mark == "?":
                self.marks += 1
                return self.values[self.marks - 1]
            return self.values[int(mark[1:]) - 1] if mark[0] == "$" else self.values[mark[1:]]
        except (IndexError, KeyError) as error:
            raise SqlError(f"there is no value for {mark}") from error


def _of(name: str, table: Table | None) -> Value:
    if table is not None and name not in table.columns:
        if not table.expected:
            raise SqlError(f"no such column: {name}")
        table.columns.append(name)

    def value(row: Row) -> Any:
        if name not in row and table is not None and table.expected:
            row[name] = _made_up(name, row.get("id"))
        return row.get(name)

    return value


def _made_up(name: str, number: Any) -> Any:
    if name == "email":
        return f"user{number}@example.com"
    if "name" in name or "title" in name:
        return f"{name.replace('_', ' ')} {number}"
    return number if name.endswith("_id") else 0 if "count" in name else 100


def _two(left: Value, right: Value, sign: Callable[[Any, Any], Any]) -> Value:
    return lambda row: sign(left(row), right(row))


def _unless_null(sign: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda one, other: None if one is None or other is None else sign(one, other)


def _like(text: Any, pattern: Any) -> bool:
    words = re.escape(str(pattern)).replace("%", ".*").replace("_", ".")
    return text is not None and re.fullmatch(words, str(text), re.I | re.S) is not None
