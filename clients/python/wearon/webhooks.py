"""Checks messages that WearOn sends to your server (Standard Webhooks, signature version v1)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
from typing import Any, Dict, Mapping, Optional, Union

from .errors import WebhookVerificationError

TOLERANCE_SECONDS = 300
_PREFIX = "whsec_"
_SHORTEST_SECRET = 24
_MOST_SIGNATURES = 20


def verify(
    body: Union[bytes, str],
    headers: Mapping[str, str],
    secret: str,
    *,
    tolerance: int = TOLERANCE_SECONDS,
    now: Optional[float] = None,
) -> Dict[str, Any]:
    """
    Returns the JSON object in ``body`` if its signature is valid, otherwise raises WebhookVerificationError.

    ``body`` must be the bytes that arrived: JSON that was parsed and written again has another signature. A message is
    refused if its time differs by more than ``tolerance`` seconds from ``now`` (a Unix time, by default the clock).
    A sender repeats a message with the same ``webhook-id``: remember the ids that you have processed.
    """
    key = _key(secret)
    raw = body.encode("utf-8") if isinstance(body, str) else bytes(body)
    message_id = _header(headers, "webhook-id")
    timestamp = _header(headers, "webhook-timestamp")
    signatures = _header(headers, "webhook-signature").split(" ")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise WebhookVerificationError("webhook-timestamp must be a Unix time in seconds.")
    expected = hmac.new(key, f"{message_id}.{timestamp}.".encode("utf-8", "replace") + raw, hashlib.sha256).digest()
    # During a change of the secret a message has a signature of each one. Other versions than v1 are ignored.
    valid = [
        hmac.compare_digest(expected, _decoded(signature[3:]))
        for signature in signatures[:_MOST_SIGNATURES]
        if signature.startswith("v1,")
    ]
    if not any(valid):
        raise WebhookVerificationError("No signature of the message matches.")
    if abs((time.time() if now is None else now) - int(timestamp)) > tolerance:
        raise WebhookVerificationError("The message is too old, or its time is in the future.")
    try:
        payload = json.loads(raw)
    except (ValueError, RecursionError):
        payload = None
    if not isinstance(payload, dict):
        raise WebhookVerificationError("The body is not a JSON object.")
    return payload


def _key(secret: str) -> bytes:
    text = secret[len(_PREFIX) :] if secret.startswith(_PREFIX) else secret
    key = _decoded(text)
    if len(key) < _SHORTEST_SECRET:
        # A fault of the receiver's configuration, not of the message.
        raise ValueError("The webhook secret must be whsec_ and at least 24 bytes in base64.")
    return key


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _header(headers: Mapping[str, str], name: str) -> str:
    values = [value for key, value in headers.items() if key.lower() == name]
    if len(values) != 1 or not isinstance(values[0], str) or not values[0]:
        raise WebhookVerificationError(f"The message must have exactly one header {name}.")
    return values[0]
