# Ways out of the sandbox: each is a function that reaches something, or raises. ADDRESS is replaced by one of the test's server.
import gc
import importlib
import json
import sys
import zipimport


def proxies():
    """All that Python still has of JavaScript."""
    return [it for it in gc.get_objects() if "JsProxy" in type(it).__name__ or "JsModule" in type(it).__name__]


def use(proxy):
    """Something that an object of JavaScript gives, if it is not empty."""
    for name in ("fetch", "eval", "globalThis", "XMLHttpRequest", "constructor", "_module", "runPython", "call"):
        found = getattr(proxy, name, None)
        if found is not None:
            return found
    raise AttributeError("it is empty")


def import_js():
    import js

    return use(js)


def import_pyodide_js():
    import pyodide_js

    return use(pyodide_js)


def run_js():
    from pyodide.code import run_js

    return run_js("fetch('ADDRESS-run-js')")


def open_url():
    from pyodide.http import open_url

    return open_url("ADDRESS-open-url")


def import_core():
    import _pyodide_core

    return _pyodide_core.to_js([])


def import_base():
    from _pyodide._base import eval_code

    return eval_code("import js; js")


def left_modules():
    found = [name for name in sys.modules if name.partition(".")[0] in ("js", "pyodide", "pyodide_js", "_pyodide", "_pyodide_core")]
    return found[0]


def without_the_finder():
    kept = list(sys.meta_path)
    sys.meta_path[:] = [finder for finder in kept if finder.__class__.__name__ != "type" or "Bridge" not in finder.__name__]
    try:
        import js

        return use(js)
    finally:
        sys.meta_path[:] = kept


def packages_again():
    kept = list(sys.meta_path)
    sys.meta_path[:] = [finder for finder in kept if "Bridge" not in getattr(finder, "__name__", "")]
    try:
        from pyodide.code import run_js

        return run_js("fetch('ADDRESS-again')")
    finally:
        sys.meta_path[:] = kept


def by_zipimport():
    return zipimport.zipimporter("/lib/python314.zip").load_module("pyodide").code.run_js("fetch('ADDRESS-zip')")


def function_of_an_object():
    import _imp
    from importlib.machinery import BuiltinImporter, ModuleSpec

    core = _imp.create_builtin(ModuleSpec("_pyodide_core", BuiltinImporter))
    made = core.to_js([1])
    return made.constructor.constructor("return self")().fetch("ADDRESS-constructor")


def objects_that_are_left():
    for proxy in proxies():
        try:
            return use(proxy)
        except AttributeError:
            pass
    raise LookupError("all are empty")


def frames():
    frame = sys._getframe()
    while frame:
        for value in frame.f_locals.values():
            if "JsProxy" in type(value).__name__:
                return use(value)
        frame = frame.f_back
    raise LookupError("none holds one")


def import_ctypes():
    import ctypes

    return ctypes.CDLL(None).emscripten_run_script(b"fetch('ADDRESS-ctypes')")


def urllib_request():
    from urllib.request import urlopen

    return urlopen("ADDRESS-urllib").read()


def http_client():
    from http.client import HTTPConnection

    connection = HTTPConnection("HOST")
    connection.request("GET", "/ADDRESS-http-client")
    return connection.getresponse().read()


def raw_socket():
    import _socket

    made = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    host, port = "HOST".split(":")
    made.connect((host, int(port)))
    made.send(b"GET /ADDRESS-socket HTTP/1.0\r\n\r\n")
    return made.recv(10)


def subprocesses():
    import subprocess

    return subprocess.run(["curl", "ADDRESS-curl"], check=True)


def system():
    import os

    if os.system("curl ADDRESS-system") == 0:
        return "it ran"
    raise OSError("refused")


def fork():
    import os

    return os.fork()


def posix_spawn():
    import os

    return os.posix_spawn("/bin/sh", ["sh"], {})


def webbrowser():
    import webbrowser

    return webbrowser.open("ADDRESS-browser")


def files_of_the_host():
    import os

    # Everything that there is: the file system in memory, of which nothing is of the machine.
    found = set(os.listdir("/")) - {"dev", "home", "lib", "proc", "request.json", "tmp"}
    return found.pop()


def pyfetch():
    return importlib.import_module("pyodide.http").pyfetch("ADDRESS-pyfetch")


ALL = [it for it in list(globals().values()) if type(it) is type(use) and it.__name__ not in ("use", "proxies")]
found = {}
for way in ALL:
    try:
        found[way.__name__] = f"REACHED: {way()!r}"[:200]
    except BaseException as error:
        found[way.__name__] = f"{type(error).__name__}: {error}"[:200]
print(json.dumps(found))
