"""aiohttp's client, reduced."""

import asyncio
import json as _json
from urllib.parse import urlsplit

from interleave_lab.played import support as _support

__version__ = "3 (played)"


class ClientError(Exception):
    pass


class ClientConnectionError(ClientError):
    pass


class ClientOSError(ClientConnectionError, OSError):
    pass


class ClientConnectorError(ClientOSError):
    def __init__(self, url):
        parts = urlsplit(url)
        self.host, self.port = parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
        self.ssl = parts.scheme == "https"
        super().__init__(111, "Connect call failed")

    def __str__(self):
        how = "default" if self.ssl else "None"
        return f"Cannot connect to host {self.host}:{self.port} ssl:{how} [Name or service not known]"


class ClientConnectorDNSError(ClientConnectorError):
    pass


class ServerConnectionError(ClientConnectionError):
    pass


class ServerDisconnectedError(ServerConnectionError):
    pass


class ServerTimeoutError(ServerConnectionError, asyncio.TimeoutError):
    pass


class ConnectionTimeoutError(ServerTimeoutError):
    pass


class SocketTimeoutError(ServerTimeoutError):
    pass


class ClientPayloadError(ClientError):
    pass


class InvalidURL(ClientError, ValueError):
    pass


class InvalidUrlClientError(InvalidURL):
    pass


class ClientResponseError(ClientError):
    def __init__(self, request_info=None, history=(), *, status=0, message="", headers=None, url=""):
        self.request_info, self.history, self.status, self.message, self.headers = request_info, history, status, message, headers
        self._url = url
        super().__init__(request_info, history)

    def __str__(self):
        return f"{self.status}, message={self.message!r}, url={self._url!r}"


class ContentTypeError(ClientResponseError):
    pass


class TooManyRedirects(ClientResponseError):
    pass


class ClientTimeout:
    def __init__(self, total=None, connect=None, sock_read=None, sock_connect=None, ceil_threshold=5):
        self.total, self.connect, self.sock_read, self.sock_connect = total, connect, sock_read, sock_connect

    def __repr__(self):
        return f"ClientTimeout(total={self.total}, connect={self.connect}, sock_read={self.sock_read})"


class BasicAuth:
    def __init__(self, login, password="", encoding="latin1"):
        self.login, self.password = login, password


class TCPConnector:
    def __init__(self, *, limit=100, limit_per_host=0, **more):
        self.limit, self.limit_per_host = limit, limit_per_host
        self.closed = False
        self._all = _support.Slots(limit)
        self._of_host = {}

    def _slots(self, host):
        if self.limit_per_host and host not in self._of_host:
            self._of_host[host] = _support.Slots(self.limit_per_host)
        return [self._all] + ([self._of_host[host]] if self.limit_per_host else [])

    async def close(self):
        self.closed = True


class StreamReader:
    def __init__(self, data):
        self._data = data

    async def read(self, n=-1):
        n = len(self._data) if n < 0 else n
        part, self._data = self._data[:n], self._data[n:]
        return part

    async def readline(self):
        end = self._data.find(b"\n") + 1
        return await self.read(end or -1)

    def at_eof(self):
        return not self._data

    async def iter_chunked(self, n):
        while self._data:
            yield await self.read(n)

    async def iter_any(self):
        if self._data:
            yield await self.read()

    async def __aiter__(self):
        while self._data:
            yield await self.readline()


class ClientResponse:
    def __init__(self, method, url, answer, release):
        self.method, self.url, self.real_url, self.status = method, url, url, answer.status
        self.reason, self.headers = _support.reason(answer.status), _support.headers(answer)
        self.content_type, self.charset = _support.content_type(answer), "utf-8"
        self.content_length = len(answer.body.encode())
        self.history, self.cookies, self.closed = (), {}, False
        self._body, self._release = answer.body.encode(), release
        self.content = StreamReader(self._body)

    @property
    def ok(self):
        return self.status < 400

    def __repr__(self):
        return f"<ClientResponse({self.url}) [{self.status} {self.reason}]>"

    async def read(self):
        return self._body

    async def text(self, encoding=None, errors="strict"):
        return self._body.decode(encoding or "utf-8", errors)

    async def json(self, *, encoding=None, loads=_json.loads, content_type="application/json"):
        if content_type and content_type not in self.content_type:
            says = f"Attempt to decode JSON with unexpected mimetype: {self.content_type}"
            raise ContentTypeError(status=self.status, message=says, headers=self.headers, url=self.url)
        return loads(self._body) if self._body.strip() else None

    def raise_for_status(self):
        if not self.ok:
            raise ClientResponseError(status=self.status, message=self.reason, headers=self.headers, url=self.url)

    def release(self):
        self.closed = True
        release, self._release = self._release, None
        if release is not None:
            release()

    close = release

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc):
        self.release()


class ClientSession(_support.Verbs):
    def __init__(self, base_url=None, *, connector=None, timeout=None, headers=None, raise_for_status=False, **more):
        self._base, self.timeout, self.headers, self._raises = base_url, timeout or ClientTimeout(total=300), headers or {}, raise_for_status
        self.connector = connector or TCPConnector()
        self.closed = False

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc):
        await self.close()

    def __enter__(self):
        raise TypeError("Use async with instead")

    def __exit__(self, *exc):
        pass

    async def close(self):
        self.closed = True
        await self.connector.close()

    async def _request(self, method, url, *, params=None, timeout=None, raise_for_status=None, **more):
        if self.closed:
            raise RuntimeError("Session is closed")
        url = _support.whole_url(self._base, url, params)
        if not _support.is_url(url):
            raise InvalidUrlClientError(url)
        chosen = self.timeout if timeout is None else timeout
        total = chosen.total if isinstance(chosen, ClientTimeout) else chosen
        loop = asyncio.get_running_loop()
        until = None if not total else loop.time() + total
        taken: list[_support.Slots] = []

        def release():
            while taken:
                taken.pop().give()

        try:
            for slots in self.connector._slots(urlsplit(url).netloc):
                await slots.take()
                taken.append(slots)
            answer = _support.lab().world.ask(url)
            if until is not None and loop.time() + answer.latency >= until:
                await _support.network(max(until - loop.time(), 0))
                raise asyncio.TimeoutError
            await _support.network(answer.latency)
            if answer.fails:
                raise ClientConnectorDNSError(url)
            response = ClientResponse(method, url, answer, release)
            if self._raises if raise_for_status is None else raise_for_status:
                response.raise_for_status()
            return response
        except BaseException:
            release()
            raise

    def request(self, method, url, **more):
        return _support.OpeningCoroutine(self._request(method, url, **more), ClientResponse.__aexit__)


def request(method, url, **more):
    return ClientSession().request(method, url, **more)


def __getattr__(name):
    raise AttributeError(f"the lab plays no aiohttp.{name}: only aiohttp's client, in small")
