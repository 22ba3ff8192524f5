"""Reads a list page by page. Each page is one request, made when it is needed."""

from __future__ import annotations

from typing import Dict, Iterator, Optional

from ._fields import Fields
from ._transport import Transport
from .errors import UnexpectedResponseError


def entries(
    transport: Transport,
    path: str,
    name: str,
    query: Dict[str, str],
    *,
    headers: Optional[Dict[str, str]] = None,
    timeout: Optional[float],
) -> Iterator[Fields]:
    """All entries of the list with this name, newest first."""
    cursor: Optional[str] = None
    while True:
        asked = query if cursor is None else {**query, "cursor": cursor}
        data, _ = transport.call("GET", path, transport.deadline(timeout), query=asked, headers=headers or {})
        yield from data.objects(name)
        following = data.optional_text("next_cursor")
        if following is None:
            return
        if following == cursor:
            raise UnexpectedResponseError(f"The list of {name} does not end.", code="UNEXPECTED_RESPONSE")
        cursor = following
