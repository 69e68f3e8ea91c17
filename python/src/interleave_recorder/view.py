"""`python -m interleave_recorder view FILE`: shows a recording on the project's page, from a server on this machine.

The server listens on 127.0.0.1 alone, at a port that is free. All addresses begin with a random token, so that neither other
users of the machine nor pages of other sites can ask for the recording. It serves the page's files and the recordings named,
and nothing else.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import sys
import threading
import webbrowser
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

# By itself `mimetypes` reads the system's settings, which may be wrong.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".png": "image/png",
    ".py": "text/plain; charset=utf-8",
    ".rs": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".xml": "application/xml",
}
# Without a service worker the browser keeps nothing of the page for an address that is gone when this ends.
LEFT_OUT = {"sw.js"}
PIECE = 1 << 16


class NoSite(Exception):
    """The files of the page are missing."""


def find_site(named: str | None) -> Path:
    """The folder of the page's files: the named one, the installed one, or that of a checkout."""
    here = Path(__file__).resolve()
    known = [here.parent / "site", *(folder / "dist" for folder in here.parents[3:4])]
    for folder in [Path(named)] if named is not None else known:
        if (folder / "index.html").is_file():
            return folder.resolve()
    if named is not None:
        raise NoSite(f"there is no index.html in {named}")
    raise NoSite(
        "the page's files are not installed.\n"
        "  Either build them once in a checkout of the project, with `cargo xtask build`, and name their folder:\n"
        "      python -m interleave_recorder view --site dist recording.jsonl\n"
        "  or open the page where it is served, at #/recording, and drop the file there: it is not uploaded."
    )


def names(files: list[Path]) -> dict[str, Path]:
    """The names under which recordings are served: those that a link can hold, each once."""
    named: dict[str, Path] = {}
    for file in files:
        stem = re.sub(r"[^\w-]+", "-", file.stem, flags=re.ASCII).strip("-") or "recording"
        name, number = f"{stem}.jsonl", 1
        while name in named:
            number += 1
            name = f"{stem}-{number}.jsonl"
        named[name] = file
    return named


class Viewer(ThreadingHTTPServer):
    """Serves recordings and the page that shows them."""

    daemon_threads = True

    def __init__(self, site: Path, files: list[Path]) -> None:
        self.site = site
        self.recordings = names(files)
        self.token = secrets.token_urlsafe(16)
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def address(self) -> str:
        """Where the page shows the recordings."""
        files = ",".join(self.recordings)
        return f"http://127.0.0.1:{self.server_address[1]}/{self.token}/#/recording?file={files}"

    def find(self, path: str) -> Path | None:
        """The file of a path below the token."""
        if path in self.recordings:
            return self.recordings[path]
        if path in LEFT_OUT:
            return None
        file = (self.site / (path or "index.html")).resolve()
        if file.is_dir():
            file /= "index.html"
        return file if self.site in file.parents and file.is_file() else None


class _Handler(BaseHTTPRequestHandler):
    server: Viewer
    protocol_version = "HTTP/1.1"
    server_version = "interleave"
    sys_version = ""

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, with_body: bool) -> None:
        # A page of another site whose host name resolves to this machine is recognised by that name.
        port = self.server.server_address[1]
        if self.headers.get("Host") not in (f"127.0.0.1:{port}", f"localhost:{port}"):
            return self._refuse(HTTPStatus.MISDIRECTED_REQUEST)
        try:
            path = unquote(urlsplit(self.path).path, errors="strict")
        except ValueError:
            return self._refuse(HTTPStatus.NOT_FOUND)
        token, slash, rest = path[1:].partition("/")
        if not secrets.compare_digest(token.encode(), self.server.token.encode()) or not slash or "\0" in rest:
            return self._refuse(HTTPStatus.NOT_FOUND)
        file = self.server.find(rest)
        try:
            opened = open(file, "rb") if file else None
        except OSError:
            opened = None
        if file is None or opened is None:
            return self._refuse(HTTPStatus.NOT_FOUND)
        with opened:
            # The file may grow while it is read.
            left = os.fstat(opened.fileno()).st_size
            self._head(HTTPStatus.OK, TYPES.get(file.suffix, "application/octet-stream"), left)
            while with_body and left > 0:
                piece = opened.read(min(left, PIECE))
                if not piece:
                    # The file has been truncated: fewer bytes are sent than announced.
                    self.close_connection = True
                    break
                left -= len(piece)
                self.wfile.write(piece)

    def _refuse(self, status: HTTPStatus) -> None:
        self._head(status, "text/plain; charset=utf-8", 0)

    def _head(self, status: HTTPStatus, kind: str, size: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(size))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            # The browser has disconnected.
            pass


def main(words: list[str]) -> None:
    """Runs `view` with its arguments from the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m interleave_recorder view",
        description="Shows a recording in the browser; two are compared, before and after a change.",
        allow_abbrev=False,
    )
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="a recording, or two")
    parser.add_argument("--site", metavar="FOLDER", help="the page's files, as `cargo xtask build` makes them")
    parser.add_argument("--no-browser", action="store_true", help="only say the address")
    options = parser.parse_args(words)
    if len(options.files) > 2:
        parser.error("no more than two recordings can be compared")
    for file in options.files:
        if not file.is_file():
            parser.exit(2, f"{parser.prog}: there is no file {file}\n")
    try:
        viewer = Viewer(find_site(options.site), options.files)
    except NoSite as problem:
        parser.exit(2, f"{parser.prog}: {problem}\n")
    print(f"{viewer.address}\nThis machine alone can open it. Ctrl-C ends it.", flush=True)
    if not options.no_browser:
        # Some browsers return only when they are closed.
        threading.Thread(target=webbrowser.open, args=(viewer.address,), daemon=True).start()
    with viewer:
        try:
            viewer.serve_forever()
        except KeyboardInterrupt:
            # Ctrl-C ends the server.
            print(file=sys.stderr)
