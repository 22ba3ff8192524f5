"""Stands between a client and the gateway: counts the requests, and can lose responses."""

from __future__ import annotations

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, List, Optional, Type
from urllib.parse import urlsplit

_NOT_FORWARDED = ("connection", "transfer-encoding", "content-length", "keep-alive")


class RelayHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Relay"

    def _forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        target = http.client.HTTPConnection(self.server.host, self.server.port, timeout=30)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _NOT_FORWARDED}
            target.request(self.command, self.path, body=body or None, headers=headers)
            answer = target.getresponse()
            content = answer.read()
        finally:
            target.close()
        if self.server.loses(f"{self.command} {self.path.split('?')[0]}"):
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _NOT_FORWARDED:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = _forward

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Relay(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, gateway: str) -> None:
        super().__init__(("127.0.0.1", 0), RelayHandler)
        parts = urlsplit(gateway)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.calls: List[str] = []
        self._losses = 0
        self._lock = threading.Lock()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def lose(self, responses: int) -> None:
        self._losses = responses

    def loses(self, call: str) -> bool:
        with self._lock:
            self.calls.append(call)
            self._losses -= 1
            return self._losses >= 0

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.shutdown()
        self.server_close()
