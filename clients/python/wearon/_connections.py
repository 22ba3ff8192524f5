"""HTTP connections that are used again, and whose reads and writes all end at one deadline."""

from __future__ import annotations

import http.client
import io
import math
import selectors
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Tuple
from urllib.parse import SplitResult

from .errors import InvalidRequestError

_CONNECT_TIMEOUT = 10.0
_IDLE_CONNECTIONS = 8
_IDLE_SECONDS = 30.0
_CHUNK = 64 * 1024

Origin = Tuple[str, str, int]


class Deadline:
    """The end of a call."""

    def __init__(self, seconds: float) -> None:
        if not (isinstance(seconds, (int, float)) and math.isfinite(seconds) and seconds > 0):
            raise InvalidRequestError("timeout must be a positive number of seconds.", code="VALIDATION_ERROR")
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        return self._end - time.monotonic()

    def at_most(self, seconds: float) -> "Deadline":
        """This deadline, or an earlier one in ``seconds``."""
        return Deadline(max(0.001, min(seconds, self.remaining())))

    def socket_timeout(self) -> float:
        remaining = self.remaining()
        if remaining <= 0:
            raise socket.timeout("timed out")
        return remaining


class _TimedSocket:
    """A socket for http.client. A plain socket timeout starts again with each byte; a slow server could exceed it."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self.socket = sock
        self.deadline = deadline

    def sendall(self, data: Any) -> None:
        view = memoryview(data)
        for start in range(0, len(view), _CHUNK):
            self.socket.settimeout(self.deadline.socket_timeout())
            self.socket.sendall(view[start : start + _CHUNK])

    def makefile(self, mode: str, *_: Any) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self))

    def close(self) -> None:
        self.socket.close()


class _TimedReader(io.RawIOBase):
    def __init__(self, timed: _TimedSocket) -> None:
        self._timed = timed
        # The file keeps the socket open until the response was read: http.client may close the socket before.
        self._raw: Any = timed.socket.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> Optional[int]:
        self._timed.socket.settimeout(self._timed.deadline.socket_timeout())
        count: Optional[int] = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


@dataclass
class Connection:
    """One connection to one server. One thread uses it at a time."""

    origin: Origin
    http: http.client.HTTPConnection
    timed: _TimedSocket
    idle_since: float = 0.0

    def usable(self) -> bool:
        """Whether an idle connection can be used: the server has sent nothing, also no end of the connection."""
        if time.monotonic() - self.idle_since > _IDLE_SECONDS:
            return False
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self.timed.socket, selectors.EVENT_READ)
                return not selector.select(0)
        except (OSError, ValueError):
            return False


class Connections:
    """A pool of idle connections. A call without one opens a new one, so the pool never blocks."""

    def __init__(self, ssl_context: Optional[ssl.SSLContext]) -> None:
        self._ssl_context = ssl_context
        self._lock = threading.Lock()
        self._idle: List[Connection] = []
        self._closed = False

    def take(self, url: SplitResult, deadline: Deadline) -> Connection:
        origin = (url.scheme, url.hostname or "", url.port or (443 if url.scheme == "https" else 80))
        while True:
            found = self._take_idle(origin)
            if found is None:
                return self._open(origin, deadline)
            if found.usable():
                found.timed.deadline = deadline
                return found
            found.http.close()

    def give_back(self, connection: Connection) -> None:
        connection.idle_since = time.monotonic()
        with self._lock:
            keep = not self._closed
            if keep:
                self._idle.append(connection)
            surplus = [self._idle.pop(0)] if len(self._idle) > _IDLE_CONNECTIONS else []
        for other in surplus if keep else [connection]:
            other.http.close()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.http.close()

    def _take_idle(self, origin: Origin) -> Optional[Connection]:
        with self._lock:
            if self._closed:
                raise RuntimeError("The client is closed.")
            for position in range(len(self._idle) - 1, -1, -1):  # the last one used is the least likely to be stale
                if self._idle[position].origin == origin:
                    return self._idle.pop(position)
        return None

    def _open(self, origin: Origin, deadline: Deadline) -> Connection:
        scheme, host, port = origin
        options: Dict[str, Any] = {"timeout": min(_CONNECT_TIMEOUT, deadline.socket_timeout())}
        connection: http.client.HTTPConnection
        if scheme == "https":
            context = self._ssl_context or ssl.create_default_context()
            connection = http.client.HTTPSConnection(host, port, context=context, **options)
        else:
            connection = http.client.HTTPConnection(host, port, **options)
        try:
            connection.connect()
        except BaseException:
            connection.close()
            raise
        timed = _TimedSocket(connection.sock, deadline)
        connection.sock = timed
        connection.auto_open = 0
        return Connection(origin, connection, timed)
