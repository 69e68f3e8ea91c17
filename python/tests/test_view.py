"""`view`: the server of a recording and of the page that shows it."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import environment

from interleave_recorder.view import NoSite, Viewer, find_site, names


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "files").mkdir(parents=True)
    (folder / "index.html").write_text("<title>The page</title>")
    (folder / "sw.js").write_text("// a service worker")
    (folder / "files" / "app.wasm").write_bytes(b"\0asm")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    return folder


@pytest.fixture
def viewer(site: Path, tmp_path: Path) -> Iterator[Viewer]:
    file = tmp_path / "my run.jsonl"
    file.write_text("a recording\n")
    with Viewer(site, [file]) as viewer:
        thread = threading.Thread(target=viewer.serve_forever)
        thread.start()
        yield viewer
        viewer.shutdown()
        thread.join()


def ask(viewer: Viewer, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", viewer.server_address[1])
    # Paths are sent as they are, however odd.
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body, dict(answer.getheaders())


def test_the_page_and_the_recording_are_served_below_the_token(viewer: Viewer) -> None:
    base, _, hash = viewer.address.partition("#")
    assert hash == "/recording?file=my-run.jsonl"
    token = base.split("/")[3]
    assert len(token) >= 20
    status, body, headers = ask(viewer, f"/{token}/")
    assert (status, body) == (200, b"<title>The page</title>")
    assert headers["Content-Type"].startswith("text/html")
    status, body, headers = ask(viewer, f"/{token}/files/app.wasm?v=1")
    assert (status, body, headers["Content-Type"]) == (200, b"\0asm", "application/wasm")
    status, body, headers = ask(viewer, f"/{token}/my-run.jsonl")
    assert (status, body, headers["Cache-Control"]) == (200, b"a recording\n", "no-store")
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    status, body, headers = ask(viewer, f"/{token}/my-run.jsonl", "HEAD")
    assert (status, body, headers["Content-Length"]) == (200, b"", "12")


def test_nothing_else_is(viewer: Viewer) -> None:
    token = viewer.token
    for path in (
        "/",
        "/my-run.jsonl",
        "/another-token/my-run.jsonl",
        f"/{token}",
        f"/{token}/no-such-file",
        f"/{token}/files",
        f"/{token}/../secret.txt",
        f"/{token}/%2e%2e/secret.txt",
        f"/{token}/files/../../secret.txt",
        f"/{token}//etc/passwd",
        f"/{token}/%2Fetc%2Fpasswd",
        f"/{token}/link.txt",
        f"/{token}/%00",
        f"/{token}/%ff",
        f"/{token}/sw.js",
        "/%ff/",
    ):
        status, body, _ = ask(viewer, path)
        assert (status, body) == (404, b""), path
    # A name of another site that points to this machine.
    assert ask(viewer, f"/{token}/my-run.jsonl", Host="example.org")[0] == 421
    assert ask(viewer, f"/{token}/my-run.jsonl", "POST")[0] == 501


def test_each_recording_has_a_name_that_a_link_can_hold() -> None:
    files = [Path("a/run 1.jsonl"), Path("b/run 1.jsonl"), Path("ü,&.json")]
    assert list(names(files)) == ["run-1.jsonl", "run-1-2.jsonl", "recording.jsonl"]


def test_a_folder_without_the_page_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoSite, match="index.html"):
        find_site(str(tmp_path))


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "interleave_recorder", "view", *words]


def test_the_command_says_the_address_and_ends_with_ctrl_c(site: Path, tmp_path: Path) -> None:
    file = tmp_path / "recording.jsonl"
    file.write_text("a recording\n")
    words = command("--no-browser", "--site", str(site), str(file), str(file))
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())
    assert process.stdout
    address = process.stdout.readline().strip()
    assert address.startswith("http://127.0.0.1:")
    assert address.endswith("/#/recording?file=recording.jsonl,recording-2.jsonl")
    port, token = address.split("/")[2].split(":")[1], address.split("/")[3]
    connection = http.client.HTTPConnection("127.0.0.1", int(port))
    connection.request("GET", f"/{token}/recording-2.jsonl")
    assert connection.getresponse().read() == b"a recording\n"
    connection.close()
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=60)
    assert (process.returncode, complaints.strip()) == (0, "")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "FILE"),
        (("no-such-file",), "there is no file no-such-file"),
        (("a", "b", "c"), "no more than two"),
    ],
)
def test_what_cannot_be_shown_is_said(words: tuple[str, ...], says: str) -> None:
    done = subprocess.run(command(*words), capture_output=True, text=True, env=environment(), timeout=60)
    assert done.returncode == 2
    assert says in done.stderr


def test_where_the_page_is_not_installed_it_says_how_to_get_it(tmp_path: Path) -> None:
    # A copy of the package alone, as pip would install it.
    source = Path(environment()["PYTHONPATH"]) / "interleave_recorder"
    package = tmp_path / "lib" / "interleave_recorder"
    package.mkdir(parents=True)
    for file in source.glob("*.py"):
        (package / file.name).write_text(file.read_text())
    recording = tmp_path / "recording.jsonl"
    recording.write_text("a recording\n")
    env = {**environment(), "PYTHONPATH": str(package.parent)}
    done = subprocess.run(command(str(recording)), capture_output=True, text=True, env=env, timeout=60, cwd=tmp_path)
    assert done.returncode == 2
    assert "cargo xtask build" in done.stderr
    assert "#/recording" in done.stderr
