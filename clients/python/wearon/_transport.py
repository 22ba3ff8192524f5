"""One call of the API: its repeats, its time limit, and its errors."""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import re
import socket
import ssl
import time
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Dict, Iterator, Mapping, Optional
from urllib.parse import SplitResult, urlencode, urlsplit

from ._connections import Connection, Connections, Deadline
from ._events import Event, events_of
from ._fields import Fields
from ._repeats import hides_earlier, leaves_open, may_repeat, pause_before, retry_after_of
from ._version import __version__
from .errors import (
    InvalidRequestError,
    UnexpectedResponseError,
    WearOnConnectionError,
    WearOnError,
    WearOnTimeoutError,
    for_status,
)

logger = logging.getLogger("wearon")

#: A call with all its repeats. One that the limit of a minute refuses can wait for the next minute.
CALL_SECONDS = 90.0
#: The service cuts an upload after this time. No attempt to transfer a picture lasts longer.
UPLOAD_SECONDS = 300.0
#: Longer than the gateway waits for a create, so that its own answer arrives first.
JSON_ATTEMPT_SECONDS = 15.0
#: A stream has a heartbeat of 15 seconds. Nothing arrives through a proxy that keeps back what it should pass on.
SILENCE_SECONDS = 20.0
_JSON_LIMIT = 8 * 1024 * 1024
_MESSAGE_LIMIT = 1000
_EVENT_PART = 64 * 1024


@dataclass(frozen=True)
class Response:
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    request_id: str


class Transport:
    """Thread safe. Every request may be repeated: a create has an Idempotency-Key, the others change nothing twice."""

    def __init__(
        self,
        api_key: str,
        base_url: str,
        timeout: Optional[float],
        max_retries: int,
        ssl_context: Optional[ssl.SSLContext],
    ) -> None:
        # The key is no part of these messages, as they end up in logs.
        key = api_key.strip() if isinstance(api_key, str) else ""
        if not re.fullmatch(r"[!-~]{1,512}", key):
            raise InvalidRequestError("api_key must be an API key: wk_ and 32 hex digits.", code="VALIDATION_ERROR")
        if isinstance(max_retries, bool) or not isinstance(max_retries, int) or not 0 <= max_retries <= 10:
            raise InvalidRequestError("max_retries must be a number from 0 to 10.", code="VALIDATION_ERROR")
        if timeout is not None:
            Deadline(timeout)
        self._key = key
        self.base_url = _checked_base(base_url)
        self.timeout = timeout
        self.max_retries = max_retries
        self._connections = Connections(ssl_context)

    def close(self) -> None:
        self._connections.close()

    def deadline(self, timeout: Optional[float], default: float = CALL_SECONDS) -> Deadline:
        """The limit of this call, or else of the client, or else the usual one of such a call."""
        chosen = self.timeout if timeout is None else timeout
        return Deadline(default if chosen is None else chosen)

    def call(
        self,
        method: str,
        path: str,
        deadline: Deadline,
        *,
        query: Optional[Mapping[str, str]] = None,
        body: Optional[str] = None,
        headers: Optional[Mapping[str, str]] = None,
        attempt_seconds: float = JSON_ATTEMPT_SECONDS,
    ) -> "tuple[Fields, Response]":
        """Calls a path of the API, and returns ``data`` of the envelope."""
        url = urlsplit(self.base_url + path + ("?" + urlencode(query) if query else ""))
        sent: Dict[str, str] = {"Authorization": f"Bearer {self._key}", "Accept": "application/json", **(headers or {})}
        if body is not None:
            sent["Content-Type"] = "application/json"
        encoded = None if body is None else body.encode("utf-8")
        response = self.send(method, url, deadline, sent, encoded, _JSON_LIMIT, attempt_seconds)
        return Fields(read_json(response).get("data"), "data"), response

    def stream(self, path: str, deadline: Deadline, last_event_id: Optional[str]) -> "Optional[Iterator[Event]]":
        """
        Opens a stream of events, once. None if there is no event after that id. The iterator ends when the server ends the
        stream; close it to disconnect earlier.
        """
        request_id = f"py-{uuid.uuid4().hex}.1"
        headers = {"Authorization": f"Bearer {self._key}", "Accept": "text/event-stream", "X-Request-Id": request_id}
        if last_event_id is not None:
            headers["Last-Event-ID"] = last_event_id
        connection = None
        opened = False
        try:
            with _as_errors():
                url = urlsplit(self.base_url + path)
                connection = self._connections.take(url, deadline.at_most(JSON_ATTEMPT_SECONDS))
                answer = self._sent(connection, "GET", url, headers, None)
                if answer.status != 200:
                    body = answer.read(_JSON_LIMIT)
            if answer.status == 204:
                return None
            if answer.status != 200:
                raise self._refusal(Response(answer.status, answer.headers, body, request_id))
            if not (answer.headers.get("Content-Type") or "").startswith("text/event-stream"):
                raise _unexpected(answer, "The response is no stream of events.")
            opened = True
            return events_of(_parts(connection, answer, deadline))
        finally:
            if connection is not None and not opened:
                connection.http.close()

    def transfer(
        self, method: str, url: str, deadline: Deadline, headers: Mapping[str, str], body: Optional[bytes], limit: int
    ) -> Response:
        """Uses a signed URL. The API key is not sent: the URL is the permission, and may name another host."""
        parts = _http_url(url)
        if parts is None:
            raise UnexpectedResponseError("A signed URL is not an http or https URL.", code="UNEXPECTED_RESPONSE")
        return self.send(method, parts, deadline, headers, body, limit, UPLOAD_SECONDS)

    def send(
        self,
        method: str,
        url: SplitResult,
        deadline: Deadline,
        headers: Mapping[str, str],
        body: Optional[bytes],
        limit: int,
        attempt_seconds: float,
    ) -> Response:
        call_id = uuid.uuid4().hex
        attempt = 0
        unsure: Optional[WearOnError] = None  # an attempt after which the try-on may exist, and may be charged
        session_id: Optional[str] = None
        while True:
            attempt += 1
            request_id = f"py-{call_id}.{attempt}"
            try:
                if deadline.remaining() <= 0:  # a create that nobody waits for would be charged
                    raise WearOnTimeoutError("The time limit passed before the request was sent.", code="TIMEOUT")
                response = self._attempt(
                    method, url, deadline.at_most(attempt_seconds), {**headers, "X-Request-Id": request_id}, body, limit
                )
                if 200 <= response.status < 300:
                    if "Idempotency-Key" in headers:
                        read_json(response)  # also a proxy may answer a repeat with 200
                    return response
                raise self._refusal(response)
            except WearOnError as error:
                error.request_id = error.request_id or request_id
                session_id = error.session_id = error.session_id or session_id
                pause = pause_before(attempt, error.retry_after)
                if attempt > self.max_retries or not may_repeat(error, attempt) or pause >= deadline.remaining():
                    if unsure is None or not hides_earlier(error):
                        raise
                    unsure.session_id = session_id
                    unsure.retry_after = unsure.retry_after if error.retry_after is None else error.retry_after
                    raise unsure from error
                if "Idempotency-Key" in headers and leaves_open(error):
                    unsure = error
                logger.info("%s %s: %s; repeat %d in %.1f s", method, url.path, error.code, attempt, pause)
            time.sleep(pause)

    def _attempt(
        self,
        method: str,
        url: SplitResult,
        deadline: Deadline,
        headers: Mapping[str, str],
        body: Optional[bytes],
        limit: int,
    ) -> Response:
        connection = None
        reusable = False
        try:
            with _as_errors():
                connection = self._connections.take(url, deadline)
                answer = self._sent(connection, method, url, headers, body)
                read = answer.read(limit + 1)
                if len(read) > limit:
                    raise _unexpected(answer, "The response is too large.")
                if answer.length:  # http.client returns a short body without an error
                    raise http.client.IncompleteRead(read, answer.length)
                reusable = not answer.will_close
                return Response(answer.status, answer.headers, read, headers["X-Request-Id"])
        finally:
            if connection is not None:
                if reusable:
                    self._connections.give_back(connection)
                else:
                    connection.http.close()

    def _sent(
        self, connection: Connection, method: str, url: SplitResult, headers: Mapping[str, str], body: Optional[bytes]
    ) -> http.client.HTTPResponse:
        target = (url.path or "/") + ("?" + url.query if url.query else "")
        all_headers = {"User-Agent": f"wearon-python/{__version__}", **headers}
        try:
            connection.http.request(method, target, body=body, headers=_encoded(all_headers))
        except (BrokenPipeError, ConnectionResetError):
            pass  # A server may refuse a long body before its end. Its response says why.
        return connection.http.getresponse()

    def _refusal(self, response: Response) -> WearOnError:
        kind = for_status(response.status)
        try:
            error = Fields(json.loads(response.body), "refusal").object("error")
            code, message = error.text("code"), error.text("message")
        except (ValueError, RecursionError, UnexpectedResponseError):
            # Not an answer of WearOn, for example one of a load balancer, or of another server.
            code = "UNEXPECTED_RESPONSE"
            message = f"A server that is not WearOn answered with status {response.status}."
            if response.status == 404:  # says nothing about the object
                kind, message = UnexpectedResponseError, message + " Is base_url the address of the gateway?"
        # A server that echoes headers must not put the key into a log, also not the part before a cut.
        return kind(
            message.replace(self._key, "wk_…")[:_MESSAGE_LIMIT],
            code=code,
            status=response.status,
            request_id=response.headers.get("X-Request-Id") or response.request_id,
            retry_after=retry_after_of(response.headers.get("Retry-After")),
            session_id=response.headers.get("X-Session-Id"),
        )


def _parts(connection: Connection, answer: http.client.HTTPResponse, deadline: Deadline) -> Iterator[bytes]:
    """The body as it arrives. The connection is closed with the iterator."""
    try:
        while True:
            with _as_errors():
                connection.timed.deadline = deadline.at_most(SILENCE_SECONDS)
                part = answer.read1(_EVENT_PART)
            if not part:
                return
            yield part
    finally:
        answer.close()
        connection.http.close()


@contextlib.contextmanager
def _as_errors() -> Iterator[None]:
    """Raises the faults of ``http.client`` as errors of this package."""
    try:
        yield
    except (socket.timeout, TimeoutError):
        raise WearOnTimeoutError("The server did not respond in time.", code="TIMEOUT") from None
    except (OSError, http.client.RemoteDisconnected, http.client.IncompleteRead) as fault:
        reason = "no complete response arrived" if isinstance(fault, http.client.IncompleteRead) else fault
        raise WearOnConnectionError(f"The call failed: {reason}.", code="CONNECTION_FAILED") from fault
    except (http.client.HTTPException, UnicodeError) as fault:
        # The text of the fault may contain the URL, which may be a signed one.
        message = f"The response or the URL is not valid HTTP ({type(fault).__name__})."
        raise UnexpectedResponseError(message, code="UNEXPECTED_RESPONSE") from None


def read_json(response: Response) -> Dict[str, Any]:
    """The JSON object of a successful response."""
    try:
        value = json.loads(response.body, parse_float=Decimal)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        return value
    raise UnexpectedResponseError(
        "The response is not a JSON object. Is base_url the address of the gateway?",
        code="UNEXPECTED_RESPONSE",
        status=response.status,
        request_id=response.headers.get("X-Request-Id") or response.request_id,
    )


def _unexpected(answer: http.client.HTTPResponse, message: str) -> UnexpectedResponseError:
    return UnexpectedResponseError(
        message, code="UNEXPECTED_RESPONSE", status=answer.status, request_id=answer.headers.get("X-Request-Id")
    )


def _encoded(headers: Mapping[str, str]) -> Dict[str, Any]:
    # http.client would send a text as Latin-1. The API reads UTF-8.
    return {name: value.encode("utf-8") for name, value in headers.items()}


def _http_url(url: str) -> Optional[SplitResult]:
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except (ValueError, AttributeError, TypeError):
        return None
    return parts if valid and parts.username is None and parts.password is None else None


def _checked_base(base_url: str) -> str:
    parts = _http_url(base_url)
    if parts is None or parts.query or parts.fragment or re.search(r"[\x00-\x20\x7f]", base_url):
        raise InvalidRequestError(
            "base_url must be the address of the gateway, like https://wearon.example.com, without user and query.",
            code="VALIDATION_ERROR",
        )
    return base_url.rstrip("/")
