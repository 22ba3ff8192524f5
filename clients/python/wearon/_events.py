"""Reads a stream of server-sent events."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Iterable, Iterator

from ._fields import Fields
from .errors import UnexpectedResponseError

_LARGEST_EVENT = 1024 * 1024


@dataclass(frozen=True)
class Event:
    name: str
    data: str

    def fields(self) -> Fields:
        """Its data, which is JSON."""
        try:
            return Fields(json.loads(self.data, parse_float=Decimal), "event")
        except (ValueError, RecursionError):
            raise UnexpectedResponseError("An event is no JSON.", code="UNEXPECTED_RESPONSE") from None


def events_of(parts: Iterable[bytes]) -> Iterator[Event]:
    """An event that has no end is left out: the connection broke off in it."""
    name, data, size = "message", [], 0
    for line in _lines(parts):
        size += len(line)
        if size > _LARGEST_EVENT:
            raise _too_large()
        field, _, value = line.partition(":")
        value = value[1:] if value.startswith(" ") else value
        if not line:
            if data:
                yield Event(name, "\n".join(data))
            name, data, size = "message", [], 0
        elif field == "event":
            name = value
        elif field == "data":
            data.append(value)


def _lines(parts: Iterable[bytes]) -> Iterator[str]:
    rest = b""
    for part in parts:
        *lines, rest = (rest + part).split(b"\n")
        if len(rest) > _LARGEST_EVENT:
            raise _too_large()
        for line in lines:
            yield line.rstrip(b"\r").decode("utf-8", "replace")


def _too_large() -> UnexpectedResponseError:
    return UnexpectedResponseError("An event is too large.", code="UNEXPECTED_RESPONSE")
