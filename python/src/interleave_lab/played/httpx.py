"""httpx, reduced: the asynchronous client, and the one that blocks the event loop."""

import contextlib as _contextlib
import datetime as _datetime
import json as _json

from interleave_lab.played import support as _support

__version__ = "0 (played)"


class HTTPError(Exception):
    pass


class RequestError(HTTPError):
    def __init__(self, message="", *, request=None):
        super().__init__(message)
        self.request = request


class TransportError(RequestError):
    pass


class TimeoutException(TransportError):
    pass


class ConnectTimeout(TimeoutException):
    pass


class ReadTimeout(TimeoutException):
    pass


class PoolTimeout(TimeoutException):
    pass


class NetworkError(TransportError):
    pass


class ConnectError(NetworkError):
    pass


class ReadError(NetworkError):
    pass


class UnsupportedProtocol(TransportError):
    pass


class InvalidURL(Exception):
    pass


class HTTPStatusError(HTTPError):
    def __init__(self, message, *, request=None, response=None):
        super().__init__(message)
        self.request, self.response = request, response


class Timeout:
    def __init__(self, timeout=5.0, *, connect=None, read=None, write=None, pool=None):
        self.read = timeout if read is None else read
        self.connect, self.write, self.pool = connect or timeout, write or timeout, pool or timeout


class Limits:
    def __init__(self, *, max_connections=None, max_keepalive_connections=None, keepalive_expiry=5.0):
        self.max_connections = max_connections


class Request:
    def __init__(self, method, url):
        self.method, self.url = method, url


class Response:
    def __init__(self, method, url, answer):
        self.request, self.url, self.status_code = Request(method, url), url, answer.status
        self.text, self.content, self.headers = answer.body, answer.body.encode(), _support.headers(answer)
        self.reason_phrase, self.encoding, self.history = _support.reason(answer.status), "utf-8", []
        self.elapsed = _datetime.timedelta(seconds=answer.latency)

    is_success = property(lambda self: 200 <= self.status_code < 300)
    is_error = property(lambda self: self.status_code >= 400)
    is_client_error = property(lambda self: 400 <= self.status_code < 500)
    is_server_error = property(lambda self: self.status_code >= 500)

    def __repr__(self):
        return f"<Response [{self.status_code} {self.reason_phrase}]>"

    def json(self, **more):
        return _json.loads(self.text, **more)

    def raise_for_status(self):
        if self.is_error:
            whose = "Client" if self.is_client_error else "Server"
            says = f"{whose} error '{self.status_code} {self.reason_phrase}' for url '{self.url}'"
            raise HTTPStatusError(says, request=self.request, response=self)
        return self

    async def aread(self):
        return self.content

    def read(self):
        return self.content

    async def aiter_bytes(self, chunk_size=4096):
        for at in range(0, len(self.content), chunk_size):
            yield self.content[at : at + chunk_size]

    async def aiter_text(self, chunk_size=4096):
        yield self.text

    async def aiter_lines(self):
        for line in self.text.splitlines():
            yield line

    async def aclose(self):
        pass


def _limit(timeout):
    return timeout.read if isinstance(timeout, Timeout) else timeout


def _ask(url):
    if not _support.is_url(url):
        raise UnsupportedProtocol("Request URL is missing an 'http://' or 'https://' protocol.")
    return _support.lab().world.ask(url)


def _fail(answer, url, limit):
    if limit is not None and answer.latency >= limit:
        raise ReadTimeout("", request=Request("GET", url))
    if answer.fails:
        raise ConnectError("[Errno -2] Name or service not known", request=Request("GET", url))


_DEFAULT = 5.0
_UNSET = object()


class _Client:
    def __init__(self, *, base_url="", timeout=_DEFAULT, limits=None, headers=None, **more):
        self.base_url, self.timeout, self.headers = base_url, timeout, headers or {}
        self.is_closed = False
        self._most = getattr(limits, "max_connections", None) or 100

    def _url(self, url, params):
        base = str(self.base_url)
        if base and not _support.is_url(str(url)):
            return _support.whole_url(None, base.rstrip("/") + "/" + str(url).lstrip("/"), params)
        return _support.whole_url(None, url, params)

    def _check(self):
        if self.is_closed:
            raise RuntimeError("Cannot send a request, as the client has been closed.")


class AsyncClient(_Client):
    def __init__(self, **more):
        super().__init__(**more)
        self._slots = _support.Slots(self._most)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc):
        await self.aclose()

    async def aclose(self):
        self.is_closed = True

    async def request(self, method, url, *, params=None, timeout=_UNSET, **more):
        self._check()
        url = self._url(url, params)
        limit = _limit(self.timeout if timeout is _UNSET else timeout)
        await self._slots.take()
        try:
            answer = _ask(url)
            await _support.network(answer.latency if limit is None else min(answer.latency, limit))
            _fail(answer, url, limit)
            return Response(method, url, answer)
        finally:
            self._slots.give()

    @_contextlib.asynccontextmanager
    async def stream(self, method, url, **more):
        yield await self.request(method, url, **more)

    async def get(self, url, **more):
        return await self.request("GET", url, **more)

    async def post(self, url, **more):
        return await self.request("POST", url, **more)

    async def put(self, url, **more):
        return await self.request("PUT", url, **more)

    async def patch(self, url, **more):
        return await self.request("PATCH", url, **more)

    async def delete(self, url, **more):
        return await self.request("DELETE", url, **more)

    async def head(self, url, **more):
        return await self.request("HEAD", url, **more)


class Client(_Client, _support.Verbs):
    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def close(self):
        self.is_closed = True

    def request(self, method, url, *, params=None, timeout=_UNSET, **more):
        self._check()
        url = self._url(url, params)
        limit = _limit(self.timeout if timeout is _UNSET else timeout)
        answer = _ask(url)
        _support.block(answer.latency if limit is None else min(answer.latency, limit))
        _fail(answer, url, limit)
        return Response(method, url, answer)


_client = Client()
request, get, post, put = _client.request, _client.get, _client.post, _client.put
patch, delete, head, options = _client.patch, _client.delete, _client.head, _client.options
