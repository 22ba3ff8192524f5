"""``client.webhook_endpoints``: where the store receives webhooks. The API key needs the scope ``webhooks:write``."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Dict, Iterator, Optional, Sequence, Tuple
from urllib.parse import quote

from ._fields import Fields
from ._pages import entries
from ._transport import Transport
from .models import (
    NewWebhookEndpoint,
    NewWebhookSecret,
    ReplayedMessages,
    WebhookAttempt,
    WebhookEndpoint,
)

_PATH = "/api/v1/webhook-endpoints"


class WebhookEndpoints:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self, url: str, *, event_types: Sequence[str] = (), timeout: Optional[float] = None
    ) -> NewWebhookEndpoint:
        """
        Receives webhooks at ``url``; without ``event_types`` of all types. Keep the ``secret`` of the result: it is not shown
        again, and ``webhooks.verify`` needs it.

        Raises ConflictError with the code ``ENDPOINT_EXISTS`` if the store has this URL already, also if an attempt whose
        response was lost has created it. ``rotate_secret`` gives it a new secret.
        """
        body = {"url": url, "event_types": list(event_types)}
        return NewWebhookEndpoint._of(self._call("POST", "", body, timeout))

    def list(self, *, timeout: Optional[float] = None) -> Tuple[WebhookEndpoint, ...]:
        """All endpoints of the store, newest first."""
        return tuple(WebhookEndpoint._of(data) for data in self._call("GET", "", None, timeout).objects("endpoints"))

    def get(self, endpoint_id: str, *, timeout: Optional[float] = None) -> WebhookEndpoint:
        return WebhookEndpoint._of(self._call("GET", _at(endpoint_id), None, timeout))

    def change(
        self,
        endpoint_id: str,
        *,
        url: Optional[str] = None,
        event_types: Optional[Sequence[str]] = None,
        enabled: Optional[bool] = None,
        timeout: Optional[float] = None,
    ) -> WebhookEndpoint:
        """Changes what is not None. ``enabled=True`` also ends a disabling by WearOn; what waits is sent."""
        body: Dict[str, object] = {}
        if url is not None:
            body["url"] = url
        if event_types is not None:
            body["event_types"] = list(event_types)
        if enabled is not None:
            body["enabled"] = enabled
        return WebhookEndpoint._of(self._call("PATCH", _at(endpoint_id), body, timeout))

    def delete(self, endpoint_id: str, *, timeout: Optional[float] = None) -> None:
        """Raises NotFoundError if there is none, also if an attempt whose response was lost has deleted it."""
        self._call("DELETE", _at(endpoint_id), None, timeout)

    def rotate_secret(
        self, endpoint_id: str, *, overlap_seconds: Optional[int] = None, timeout: Optional[float] = None
    ) -> NewWebhookSecret:
        """
        A new secret. The secret before also signs for ``overlap_seconds``, by default a day; with 0 it ends at once.

        Raises ConflictError with the code ``ENDPOINT_NOT_READY`` if the secret before still signs, also if an attempt whose
        response was lost has rotated it. With ``overlap_seconds=0`` a new secret takes the place of both.
        """
        body = {} if overlap_seconds is None else {"overlap_seconds": overlap_seconds}
        return NewWebhookSecret._of(self._call("POST", _at(endpoint_id) + "/rotate-secret", body, timeout))

    def attempts(self, endpoint_id: str, *, timeout: Optional[float] = None) -> Iterator[WebhookAttempt]:
        """What was sent in the last 30 days, newest first. A page is one request, made when it is needed."""
        path = _PATH + _at(endpoint_id) + "/attempts"
        return map(
            WebhookAttempt._of, entries(self._transport, path, "attempts", {"limit": "100"}, timeout=timeout)
        )

    def test(self, endpoint_id: str, *, timeout: Optional[float] = None) -> str:
        """Sends a message of the type ``endpoint.test``, and returns its id."""
        return self._call("POST", _at(endpoint_id) + "/test", None, timeout).text("message_id")

    def resend(self, endpoint_id: str, message_id: str, *, timeout: Optional[float] = None) -> None:
        """Sends a message again, with the same id. One that is on its way is not sent twice."""
        path = f"{_at(endpoint_id)}/messages/{quote(message_id, safe='')}/resend"
        self._call("POST", path, None, timeout)

    def replay(
        self,
        endpoint_id: str,
        *,
        since: datetime,
        include_delivered: bool = False,
        timeout: Optional[float] = None,
    ) -> ReplayedMessages:
        """
        Sends the messages of events from ``since`` on again that have failed, or all, at most 1,000. ``next_since`` of the
        result begins the next call. Without an offset ``since`` is UTC.
        """
        time = since if since.tzinfo else since.replace(tzinfo=timezone.utc)
        body = {"since": time.isoformat(), "include_delivered": include_delivered}
        return ReplayedMessages._of(self._call("POST", _at(endpoint_id) + "/replay", body, timeout))

    def _call(self, method: str, path: str, body: Optional[Dict[str, object]], timeout: Optional[float]) -> Fields:
        written = None if body is None else json.dumps(body)
        data, _ = self._transport.call(method, _PATH + path, self._transport.deadline(timeout), body=written)
        return data


def _at(endpoint_id: str) -> str:
    return "/" + quote(endpoint_id, safe="")
