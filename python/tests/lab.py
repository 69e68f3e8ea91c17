"""Runs programs in the lab, and reads their recordings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from support import Recording

import interleave_lab


class Run:
    """A run of a program in the lab."""

    def __init__(self, source: str, folder: Path | None = None, **request: Any) -> None:
        self.sent: list[tuple[str, str]] = []
        text = json.dumps({"source": source, **request})
        self.answer = json.loads(interleave_lab.run(text, lambda kind, text: self.sent.append((kind, text))))
        self.state, self.line, self.why = self.answer["state"], self.answer["line"], self.answer["why"]
        self.out, self.err, self.rows = (self._all(kind) for kind in ("stdout", "stderr", "recording"))
        if folder is not None:
            path = folder / "recording.jsonl"
            path.write_text(self.rows)
            self.recording = Recording(path)

    def keep(self, path: Path) -> None:
        """Writes the recording into a file."""
        path.write_text(self.rows)

    def _all(self, kind: str) -> str:
        return "".join(text for sent, text in self.sent if sent == kind)

    @property
    def said(self) -> str:
        """Output and errors in their order."""
        return "".join(text for sent, text in self.sent if sent in ("stdout", "stderr"))


def explore(source: str, **request: Any) -> list[dict[str, Any]]:
    """The outcomes of many runs."""
    found: list[dict[str, Any]] = []
    text = json.dumps({"source": source, **request})
    answer = json.loads(interleave_lab.explore(text, lambda kind, text: found.append(json.loads(text))))
    assert answer["state"] == "finished", answer
    return found
