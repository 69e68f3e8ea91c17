"""requests, reduced. Each request blocks the event loop, as in the real one."""

import datetime as _datetime
import json as _json
import sys
import types as _types

from interleave_lab.played import support as _support

__version__ = "2 (played)"


class RequestException(IOError):
    def __init__(self, *args, response=None, request=None):
        super().__init__(*args)
        self.response, self.request = response, request


class HTTPError(RequestException):
    pass


class ConnectionError(RequestException):
    pass


class Timeout(RequestException):
    pass


class ConnectTimeout(ConnectionError, Timeout):
    pass


class ReadTimeout(Timeout):
    pass


class JSONDecodeError(RequestException, ValueError):
    pass


class MissingSchema(RequestException, ValueError):
    pass


class Response:
    def __init__(self, url, answer):
        self.url, self.status_code, self.text = url, answer.status, answer.body
        self.content, self.headers = answer.body.encode(), _support.headers(answer)
        self.reason, self.encoding, self.history = _support.reason(answer.status), "utf-8", []
        self.elapsed = _datetime.timedelta(seconds=answer.latency)

    @property
    def ok(self):
        return self.status_code < 400

    def __bool__(self):
        return self.ok

    def __repr__(self):
        return f"<Response [{self.status_code}]>"

    def json(self, **more):
        try:
            return _json.loads(self.text, **more)
        except ValueError as error:
            raise JSONDecodeError(str(error)) from None

    def iter_content(self, chunk_size=1):
        return (self.content[at : at + chunk_size] for at in range(0, len(self.content), chunk_size))

    def iter_lines(self):
        return iter(self.content.splitlines())

    def raise_for_status(self):
        if not self.ok:
            whose = "Client" if self.status_code < 500 else "Server"
            raise HTTPError(f"{self.status_code} {whose} Error: {self.reason} for url: {self.url}", response=self)

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass


class Session(_support.Verbs):
    def __init__(self):
        self.headers, self.cookies, self.params, self.auth = {}, {}, {}, None

    def request(self, method, url, *data, params=None, timeout=None, **more):
        url = _support.whole_url(None, url, params)
        if not _support.is_url(url):
            raise MissingSchema(f"Invalid URL {url!r}: No scheme supplied. Perhaps you meant https://{url}?")
        answer = _support.lab().world.ask(url)
        limit = timeout[-1] if isinstance(timeout, tuple) else timeout
        if limit is not None and answer.latency >= limit:
            _support.block(limit)
            raise ReadTimeout(f"Read timed out. (read timeout={limit})")
        _support.block(answer.latency)
        if answer.fails:
            raise ConnectionError(f"Failed to establish a new connection: {url}")
        return Response(url, answer)

    def mount(self, prefix, adapter):
        pass

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass


class HTTPAdapter:
    def __init__(self, *args, **more):
        pass


codes = _types.SimpleNamespace(
    ok=200, created=201, accepted=202, no_content=204, bad_request=400, unauthorized=401, forbidden=403, not_found=404,
    too_many_requests=429, internal_server_error=500, bad_gateway=502, service_unavailable=503, gateway_timeout=504,
)  # fmt: skip
_session = Session()
request, post, put, patch = _session.request, _session.post, _session.put, _session.patch
delete, head, options = _session.delete, _session.head, _session.options


def get(url, params=None, **more):
    return request("GET", url, params=params, **more)


session = Session
exceptions = sys.modules[__name__]
adapters = _types.SimpleNamespace(HTTPAdapter=HTTPAdapter)
sys.modules[__name__ + ".exceptions"] = sys.modules[__name__ + ".adapters"] = exceptions
