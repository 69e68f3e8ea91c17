"""The run's own network: sockets in memory, between the program and itself, at 127.0.0.1.

asyncio's transports, servers and streams are CPython's: these are the sockets, and the selector, that they ask. As on Linux,
what is sent is there in the next turn of the event loop, and sockets come in the order in which they became ready. It takes no time.
"""

from __future__ import annotations

import itertools
import selectors
import socket
import weakref
from collections import deque
from typing import TYPE_CHECKING, Any

from . import current

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches

HERE = "127.0.0.1"
#: The address of the program's own machine.
_NAMES = {HERE, "localhost", "0.0.0.0", "", None, "::1", "::", "127.0.0.2"}
OUTSIDE = "the lab has no network: a program reaches only its own servers, at 127.0.0.1"
BLOCKS = "the lab has no blocking sockets: nothing has arrived yet; use asyncio's streams to wait for data"
#: The most bytes that a connection holds before they are read.
_ROOM = 2_500_000
#: For systems without them: the numbers are those of Linux.
_CONSTANTS = {
    "AF_INET": 2, "AF_INET6": 10, "AF_UNSPEC": 0, "SOCK_STREAM": 1, "SOCK_DGRAM": 2, "SOL_SOCKET": 1, "SO_REUSEADDR": 2, "SO_ERROR": 4,
    "SO_BROADCAST": 6, "SO_KEEPALIVE": 9, "SO_REUSEPORT": 15, "SOMAXCONN": 4096, "TCP_NODELAY": 1, "IPPROTO_TCP": 6, "IPPROTO_UDP": 17,
    "IPPROTO_IPV6": 41, "IPV6_V6ONLY": 26, "AI_PASSIVE": 1, "SHUT_RD": 0, "SHUT_WR": 1, "SHUT_RDWR": 2,
}  # fmt: skip


class Network:
    """The sockets of a run."""

    def __init__(self) -> None:
        self.next_port = itertools.count(50_000).__next__
        #: The sockets by their numbers.
        self.sockets: weakref.WeakValueDictionary[int, Socket] = weakref.WeakValueDictionary()
        #: The bound sockets, by kind and port.
        self.bound: weakref.WeakValueDictionary[tuple[int, int], Socket] = weakref.WeakValueDictionary()
        self.selectors: weakref.WeakSet[Selector] = weakref.WeakSet()

    def free_number(self) -> int:
        """The lowest free number: the ones below are taken by standard streams, and by what an event loop opens for itself."""
        return next(number for number in itertools.count(6) if number not in self.sockets)


def _network() -> Network:
    lab = current.the_lab()
    if lab.network is None:
        lab.network = Network()
    network: Network = lab.network
    return network


class Selector:
    """As `epoll`: a queue of the sockets that became ready; one that is still ready after it was returned comes last."""

    def __init__(self, select: Any) -> None:
        self.keys: dict[int, selectors.SelectorKey] = {}
        self._queue: dict[int, None] = {}
        #: The event loop's `select`.
        self.select = select

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        number = fileobj if isinstance(fileobj, int) else fileobj.fileno()
        key = self.keys[number] = selectors.SelectorKey(fileobj, number, events, data)
        _network().selectors.add(self)
        self.woke(number)
        return key

    modify = register

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self.keys.pop(fileobj if isinstance(fileobj, int) else fileobj.fileno())

    def get_map(self) -> Any:
        return self.keys

    def get_key(self, fileobj: Any) -> selectors.SelectorKey:
        return self.keys[fileobj if isinstance(fileobj, int) else fileobj.fileno()]

    def woke(self, number: int) -> None:
        """The state of a socket has changed."""
        if number in self.keys:
            self._queue.setdefault(number)

    def ready(self) -> list[tuple[selectors.SelectorKey, int]]:
        """The sockets that can be read or written now."""
        queue, self._queue = self._queue, {}
        found = []
        for number in queue:
            key, one = self.keys.get(number), _network().sockets.get(number)
            mask = 0 if key is None or one is None else key.events & one.events()
            if key is not None and mask:
                found.append((key, mask))
                self._queue[number] = None
        return found

    def serves(self) -> bool:
        """Whether a server waits for connections."""
        every = _network().sockets
        return any(getattr(every.get(number), "listens", False) for number in self.keys)

    def close(self) -> None:
        self.keys.clear()


class Socket:
    """`socket.socket`."""

    def __init__(self, family: int = 2, type: int = 1, proto: int = 0, fileno: Any = None) -> None:
        if family not in (socket.AF_INET, -1):
            raise OSError(97, "Address family not supported by protocol")
        self.family, self.proto = socket.AF_INET, max(proto, 0)
        self.type = socket.SOCK_STREAM if type == -1 else type
        self._network = _network()
        self._number = self._network.free_number()
        self._network.sockets[self._number] = self
        self._timeout: float | None = None
        self._name: Any = ("0.0.0.0", 0)
        self._peer: Socket | None = None
        self._peer_name: Any = None
        self.listens = self._eof = self._ended = self._broken = False
        self._refused: Any = None
        #: Data that is not read yet; for a server its connections, for datagrams also their senders.
        self._come: deque[Any] = deque()
        self._size = 0

    # The interface for the selector.

    def events(self) -> int:
        """Whether it can be read or written now."""
        if self.listens:
            return selectors.EVENT_READ if self._come else 0
        reads = selectors.EVENT_READ if self._come or self._eof or self._broken or self._refused else 0
        peer = self._peer
        writes = self.type != socket.SOCK_STREAM or self._refused or self._broken or (peer is not None and peer._size < _ROOM)
        return reads | (selectors.EVENT_WRITE if writes else 0)

    def _woke(self) -> None:
        for selector in list(self._network.selectors):
            selector.woke(self._number)

    # Settings.

    def fileno(self) -> int:
        return self._number

    def setblocking(self, flag: bool) -> None:
        self._timeout = None if flag else 0.0

    def settimeout(self, value: float | None) -> None:
        self._timeout = value

    def gettimeout(self) -> float | None:
        return self._timeout

    def getblocking(self) -> bool:
        return self._timeout != 0

    def setsockopt(self, *args: Any) -> None:
        pass

    def getsockopt(self, level: int, option: int, size: int = 0) -> int:
        if self._refused:
            problem, self._refused = self._refused, None
            raise problem
        return 0

    def getsockname(self) -> Any:
        return self._name

    def getpeername(self) -> Any:
        if self._peer_name is None:
            raise OSError(107, "Transport endpoint is not connected")
        return self._peer_name

    def get_inheritable(self) -> bool:
        return False

    def set_inheritable(self, flag: bool) -> None:
        pass

    # Connections.

    def bind(self, address: Any) -> None:
        host, port = address[:2]
        if host not in _NAMES:
            raise OSError(99, "Cannot assign requested address")
        port = port or self._network.next_port()
        kind = (int(self.type), port)
        if kind in self._network.bound:
            raise OSError(98, "Address already in use")
        self._network.bound[kind] = self
        self._name = (host or "0.0.0.0", port)

    def listen(self, backlog: int = 0) -> None:
        self.listens = True

    def accept(self) -> tuple[Any, Any]:
        if not self._come:
            raise self._later()
        one = self._come.popleft()
        return one, one._peer_name

    def connect(self, address: Any) -> None:
        host, port = address[:2]
        if host not in _NAMES:
            raise OSError(OUTSIDE)
        if self._name[1] == 0:
            if self.type == socket.SOCK_STREAM:
                self._name = (HERE, self._network.next_port())
            else:
                self.bind((HERE, 0))
        self._peer_name = (HERE, port)
        server = self._network.bound.get((int(self.type), port))
        if self.type != socket.SOCK_STREAM:
            return
        if server is None or not server.listens:
            self._peer_name = None
            self._refused = ConnectionRefusedError(111, f"Connect call failed {tuple(address)!r}")
            if self._timeout != 0:
                raise ConnectionRefusedError(111, "Connection refused")
        else:
            other = Socket(self.family, self.type, self.proto)
            self._peer, other._peer = other, self
            other._name, other._peer_name = (HERE, port), self._name
            server._come.append(other)
            server._woke()
        if self._timeout == 0:
            raise BlockingIOError(115, "Operation now in progress")

    def _later(self) -> Exception:
        return BlockingIOError(11, "Resource temporarily unavailable") if self._timeout == 0 else OSError(BLOCKS)

    # Bytes.

    def send(self, data: Any, flags: int = 0) -> int:
        if self.type != socket.SOCK_STREAM:
            return self.sendto(data, self.getpeername())
        if self._broken or self._ended:
            raise BrokenPipeError(32, "Broken pipe")
        peer = self._peer
        if peer is None:
            self.getpeername()
            # The other side is closed: this is the first data since then.
            self._broken = True
            self._woke()
            return len(data)
        room = _ROOM - peer._size
        if room <= 0:
            raise self._later()
        part = bytes(memoryview(data).cast("B")[:room])
        if part:
            peer._come.append(part)
            peer._size += len(part)
            peer._woke()
        return len(part)

    def sendmsg(self, buffers: Any, *more: Any) -> int:
        return self.send(b"".join(bytes(one) for one in buffers))

    def sendall(self, data: Any, flags: int = 0) -> None:
        if self.send(data) < len(data):
            raise OSError(BLOCKS)

    def recv(self, size: int, flags: int = 0) -> bytes:
        if not self._come:
            if self._broken and not self._eof:
                raise ConnectionResetError(104, "Connection reset by peer")
            if self._eof or self._broken:
                return b""
            self.getpeername()
            raise self._later()
        if self.type != socket.SOCK_STREAM:
            return self.recvfrom(size)[0]
        full = self._size >= _ROOM
        data = bytearray()
        while self._come and len(data) < size:
            piece = self._come.popleft()
            left = size - len(data)
            data += piece[:left]
            if len(piece) > left:
                self._come.appendleft(piece[left:])
        self._size -= len(data)
        if full and self._peer is not None:
            self._peer._woke()
        return bytes(data)

    def recv_into(self, buffer: Any, size: int = 0, flags: int = 0) -> int:
        data = self.recv(size or len(buffer))
        memoryview(buffer)[: len(data)] = data
        return len(data)

    def sendto(self, data: Any, *more: Any) -> int:
        address = more[-1]
        if address[0] not in _NAMES:
            raise OSError(OUTSIDE)
        if self._name[1] == 0:
            self.bind(("0.0.0.0", 0))
        other = self._network.bound.get((int(self.type), address[1]))
        if other is not None:
            # A datagram without a receiver is lost.
            other._come.append((bytes(data), (HERE, self._name[1])))
            other._woke()
        return len(data)

    def recvfrom(self, size: int, flags: int = 0) -> tuple[bytes, Any]:
        if not self._come:
            raise self._later()
        data, sender = self._come.popleft()
        return data[:size], sender

    # The end.

    def shutdown(self, how: int) -> None:
        self.getpeername()
        if how != socket.SHUT_RD:
            self._end()

    def _end(self) -> None:
        if not self._ended and self._peer is not None:
            self._peer._eof = True
            self._peer._woke()
        self._ended = True

    def close(self) -> None:
        if self._number < 0:
            return
        kind = (int(self.type), self._name[1])
        if self._network.bound.get(kind) is self:
            del self._network.bound[kind]
        peer = self._peer
        if self.listens:
            for one in self._come:
                one.close()
        elif peer is not None:
            if self._come:
                # Unread data is lost, and the other side gets an error.
                peer._broken = True
                peer._woke()
            else:
                self._end()
            peer._peer = self._peer = None
        self._network.sockets.pop(self._number, None)
        self._number = -1

    def detach(self) -> int:
        raise OSError(BLOCKS)

    def __del__(self) -> None:
        if getattr(self, "_number", -1) >= 0:
            self.close()

    def __enter__(self) -> Socket:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __repr__(self) -> str:
        names = f", laddr={self._name}" + (f", raddr={self._peer_name}" if self._peer_name else "")
        kind = f"family={int(self.family)}, type={int(self.type)}, proto={self.proto}"
        return f"<socket.socket fd={self._number}, {kind}{names if self._number >= 0 else ''}>"


Socket.__name__ = Socket.__qualname__ = "socket"
Socket.__module__ = "socket"


def addresses(host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> list[Any]:
    """`socket.getaddrinfo`, for the program's own machine."""
    if isinstance(host, bytes):
        host = host.decode()
    if host not in _NAMES or family not in (0, socket.AF_INET):
        raise socket.gaierror(-2, OUTSIDE)
    name = HERE if host == "localhost" or (not host and not flags) else host or "0.0.0.0"
    kind = socket.SOCK_DGRAM if type == socket.SOCK_DGRAM else socket.SOCK_STREAM
    return [(socket.AF_INET, kind, 17 if kind == socket.SOCK_DGRAM else 6, "", ("0.0.0.0" if ":" in name else name, int(port or 0)))]


def install(patches: Patches) -> None:
    """Replaces the system's functions and classes by these."""
    for name, number in _CONSTANTS.items():
        if not hasattr(socket, name):
            patches.put(socket, name, number)
    patches.put(socket, "socket", Socket)
    patches.put(socket, "getaddrinfo", addresses)
    patches.put(socket, "gethostbyname", lambda host: addresses(host, 0)[0][4][0])
