"""Beautiful Soup, reduced: a tree of tags, found by name, attributes and class."""

import re

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
_PIECE = re.compile(r"<!--.*?-->|<![^>]*>|<(/?)([a-zA-Z][\w-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*?)/?>|([^<]+)", re.S)
_ATTRIBUTE = re.compile(r"([\w:-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&nbsp;": "\xa0", "&amp;": "&"}


class Tag:
    def __init__(self, name, attrs=None, parent=None):
        self.name, self.attrs, self.parent, self.contents = name, attrs or {}, parent, []

    # Text.

    @property
    def text(self):
        return self.get_text()

    @property
    def string(self):
        if len(self.contents) != 1:
            return None
        only = self.contents[0]
        return only if isinstance(only, str) else only.string

    @property
    def strings(self):
        for one in self.contents:
            if isinstance(one, str):
                yield one
            else:
                yield from one.strings

    @property
    def stripped_strings(self):
        return (text.strip() for text in self.strings if text.strip())

    def get_text(self, separator="", strip=False):
        return separator.join(self.stripped_strings if strip else self.strings)

    # Attributes.

    def get(self, name, default=None):
        return self.attrs.get(name, default)

    def has_attr(self, name):
        return name in self.attrs

    def __getitem__(self, name):
        return self.attrs[name]

    # Tags.

    @property
    def children(self):
        return iter(self.contents)

    @property
    def descendants(self):
        for one in self.contents:
            yield one
            if isinstance(one, Tag):
                yield from one.descendants

    def find_all(self, name=None, attrs=None, recursive=True, string=None, limit=None, class_=None, **more):
        wanted = {**(attrs or {}), **more}
        if class_ is not None:
            wanted["class"] = class_
        found = []
        for one in self.descendants if recursive else self.contents:
            if isinstance(one, Tag) and _fits(one.name, name) and all(_has(one, *pair) for pair in wanted.items()):
                found.append(one)
                if len(found) == limit:
                    break
        return found

    findAll = find_all

    def find(self, name=None, attrs=None, **more):
        return next(iter(self.find_all(name, attrs, limit=1, **more)), None)

    def select(self, selector, limit=None):
        found = [self]
        for part in selector.replace(">", " ").split():
            tag, *marks = re.split(r"(?=[.#\[])", part)
            wanted = {}
            for mark in marks:
                if mark[0] == "[":
                    key, _, value = mark[1:-1].partition("=")
                    wanted[key] = value.strip("\"'") or True
                else:
                    wanted["class" if mark[0] == "." else "id"] = mark[1:]
            within = [one for outer in found for one in outer.find_all(None if tag in ("", "*") else tag, wanted)]
            found = list({id(one): one for one in within}.values())
        return found[:limit]

    def select_one(self, selector):
        return next(iter(self.select(selector)), None)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self.find(name)

    def __bool__(self):
        return True

    def __iter__(self):
        return iter(self.contents)

    def __str__(self):
        inner = "".join(str(one) for one in self.contents)
        shown = "".join(f' {key}="{" ".join(value) if isinstance(value, list) else value}"' for key, value in self.attrs.items())
        return f"<{self.name}{shown}/>" if self.name in _VOID else f"<{self.name}{shown}>{inner}</{self.name}>"

    __repr__ = __str__


def _fits(text, wanted):
    if wanted is None or wanted is True:
        return True
    if isinstance(wanted, (list, tuple, set)):
        return any(_fits(text, one) for one in wanted)
    if hasattr(wanted, "search"):
        return bool(wanted.search(text))
    return wanted(text) if callable(wanted) else text == wanted


def _has(tag, key, wanted):
    value = tag.attrs.get(key)
    if value is None or wanted is True:
        return value is not None if wanted not in (None, False) else value is None
    return any(_fits(one, wanted) for one in (value if isinstance(value, list) else [value]))


def _plain(text):
    for entity, character in _ENTITIES.items():
        text = text.replace(entity, character)
    return text


class BeautifulSoup(Tag):
    def __init__(self, markup="", features=None, **more):
        super().__init__("[document]")
        at: Tag = self
        text = markup.decode("utf-8", "replace") if isinstance(markup, bytes) else str(markup)
        for closes, name, attributes, plain in _PIECE.findall(text):
            if plain:
                at.contents.append(_plain(plain))
            elif closes:
                opened = at
                while opened is not None and opened.name != name.lower():
                    opened = opened.parent
                at = opened.parent if opened is not None and opened.parent is not None else at
            elif name:
                attrs = {key: _plain(one or other or bare) for key, one, other, bare in _ATTRIBUTE.findall(attributes)}
                if "class" in attrs:
                    attrs["class"] = attrs["class"].split()
                tag = Tag(name.lower(), attrs, at)
                at.contents.append(tag)
                at = at if tag.name in _VOID else tag

    def __str__(self):
        return "".join(str(one) for one in self.contents)
