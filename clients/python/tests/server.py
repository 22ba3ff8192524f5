"""A real HTTP server that answers by a script, and remembers every request."""

from __future__ import annotations

import json
import ssl
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Callable, Dict, List, Optional, Tuple, Type, Union

KEY = "wk_00112233445566778899aabbccddeeff"
ID = "0193c0de-0000-7000-8000-000000000002"
PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: Dict[str, str]
    body: bytes
    peer: Tuple[str, int]

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: Dict[str, str]


Step = Union[Answer, Callable[["Handler"], None]]


def ok(data: object, status: int = 200, **headers: str) -> Answer:
    return _answer(status, {"data": data, "error": None}, headers)


def refusal(status: int, code: str, message: str = "No.", **headers: str) -> Answer:
    return _answer(status, {"data": None, "error": {"code": code, "message": message}}, headers)


def raw(data: bytes) -> Callable[["Handler"], None]:
    """Sends these bytes instead of a response, and closes the connection."""

    def send(handler: "Handler") -> None:
        handler.wfile.write(data)
        handler.close_connection = True

    return send


def silent(handler: "Handler") -> None:
    handler.server.released.wait(10)
    handler.close_connection = True


def generation(status: str = "completed", **changes: object) -> Dict[str, object]:
    values: Dict[str, object] = {
        "session_id": ID,
        "status": status,
        "model_image_url": "http://pictures/person",
        "outfit_image_url": "http://pictures/garment",
        "image_urls": ["http://pictures/person", "http://pictures/garment"],
        "garment_type": None,
        "generated_image_url": None,
        "error_code": None,
        "error_message": None,
        "credits_used": 1,
        "credits_refunded": 0,
        "attempt": 1,
        "queue_position": None,
        "started_at": None,
        "deadline_at": "2026-11-21T10:10:00Z",
        "processing_time_ms": None,
        "request_id": "req_1",
        "created_at": "2026-11-21T10:00:00.123456789Z",
        "completed_at": None,
        "images_expire_at": None,
        "version": 1,
    }
    return {**values, **changes}


def events(
    *states: Dict[str, object], whole: bool = True, balance: Optional[int] = None
) -> Callable[["Handler"], None]:
    """A stream with these states, and then its end. Otherwise the connection breaks off in the next event."""

    def send(handler: "Handler") -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        texts = [f"id: {state['version']}\nevent: session\ndata: {json.dumps(state)}\n\n" for state in states]
        if balance is not None:
            texts.append(f'event: balance\ndata: {{"balance": {balance}}}\n\nevent: other\ndata: 1\n\n')
        for text in ["retry: 2000\n\n", ":\n\n", *texts, "" if whole else "event: session\ndata: {"]:
            # In two parts: a client must not rely on a part being an event.
            for part in (text[:7].encode(), text[7:].encode()):
                if part:
                    handler.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
                    handler.wfile.flush()
        if whole:
            handler.wfile.write(b"0\r\n\r\n")
        handler.close_connection = True

    return send


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Server"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, body, self.client_address)
        step = self.server.next_stream(request) if self.path.endswith("/events") else self.server.next(request)
        if callable(step):
            step(self)
            return
        self.send_response(step.status)
        for name, value in step.headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(step.body)))
        self.end_headers()
        self.wfile.write(step.body)

    do_GET = do_DELETE = do_POST = do_PUT = do_PATCH = _answer

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    """The last step of the script is repeated."""

    daemon_threads = True

    def __init__(self, *steps: Step, tls: Optional[ssl.SSLContext] = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.requests: List[Request] = []
        self.connections = 0
        #: What a request for events gets, step by step. It is in ``streamed``, and not in ``requests``.
        self.streams: List[Step] = []
        self.streamed: List[Request] = []
        self.released = threading.Event()
        self._steps = list(steps)
        self._lock = threading.Lock()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def script(self, *steps: Step) -> None:
        self._steps = list(steps)

    def get_request(self) -> Any:
        self.connections += 1  # also one that fails, such as a refused certificate
        return super().get_request()

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a test that cuts connections must not print stack traces

    def next(self, request: Request) -> Step:
        with self._lock:
            self.requests.append(request)
            return self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]

    def next_stream(self, request: Request) -> Step:
        """Without a script there is no place for a stream."""
        with self._lock:
            self.streamed.append(request)
            return self.streams.pop(0) if self.streams else refusal(429, "RATE_LIMITED", Retry_After="5")

    def keys(self) -> List[Optional[str]]:
        return [request.headers.get("idempotency-key") for request in self.requests]

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()


def _answer(status: int, body: object, headers: Dict[str, str]) -> Answer:
    all_headers = {"Content-Type": "application/json", "X-Request-Id": "req_of_server", **headers}
    return Answer(status, json.dumps(body).encode(), all_headers)
