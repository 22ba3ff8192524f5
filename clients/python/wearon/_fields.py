"""Reads the fields of a JSON object. Unknown fields are ignored, so that the API may add some."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, List, Optional, Tuple, Union

from .errors import UnexpectedResponseError

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)")


#: A date (a whole day in UTC), a datetime, or such a text in ISO 8601. Without an offset a time is UTC.
Moment = Union[date, str]


def moment(value: Optional[Moment]) -> Optional[str]:
    """The form of a moment in a query."""
    return value.isoformat() if isinstance(value, date) else value


class Fields:
    """One JSON object. A field that is missing or has another type is an UnexpectedResponseError."""

    def __init__(self, value: object, what: str) -> None:
        self._what = what
        if not isinstance(value, dict):
            raise self._invalid("form")
        self._values = value

    def text(self, name: str) -> str:
        value = self._values.get(name)
        if not isinstance(value, str):
            raise self._invalid(name)
        return value

    def optional_text(self, name: str) -> Optional[str]:
        return None if self._values.get(name) is None else self.text(name)

    def integer(self, name: str) -> int:
        value = self._values.get(name)
        if type(value) is not int:  # bool is a subclass of int
            raise self._invalid(name)
        return value

    def optional_integer(self, name: str) -> Optional[int]:
        return None if self._values.get(name) is None else self.integer(name)

    def flag(self, name: str) -> bool:
        """False if it is absent."""
        value = self._values.get(name, False)
        if not isinstance(value, bool):
            raise self._invalid(name)
        return value

    def decimal(self, name: str) -> Decimal:
        value = self._values.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            raise self._invalid(name)
        return Decimal(value)

    def optional_decimal(self, name: str) -> Optional[Decimal]:
        return None if self._values.get(name) is None else self.decimal(name)

    def time(self, name: str) -> datetime:
        # datetime.fromisoformat reads neither Z nor nanoseconds before Python 3.11.
        match = _TIME.fullmatch(self.text(name))
        try:
            if match is None:
                raise ValueError
            seconds, fraction, offset = match.groups()
            time = datetime.fromisoformat(seconds + ("+00:00" if offset == "Z" else offset))
        except ValueError:
            raise self._invalid(name) from None
        microseconds = int((fraction or "0").ljust(6, "0")[:6])
        return (time + timedelta(microseconds=microseconds)).astimezone(timezone.utc)

    def optional_time(self, name: str) -> Optional[datetime]:
        return None if self._values.get(name) is None else self.time(name)

    def texts(self, name: str) -> Tuple[str, ...]:
        values = self._list(name)
        if not all(isinstance(value, str) for value in values):
            raise self._invalid(name)
        return tuple(values)

    def text_map(self, name: str) -> "dict[str, str]":
        values = self._values.get(name)
        if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
            raise self._invalid(name)
        return dict(values)

    def object(self, name: str) -> "Fields":
        return Fields(self._values.get(name), name)

    def optional_object(self, name: str) -> "Optional[Fields]":
        return None if self._values.get(name) is None else self.object(name)

    def objects(self, name: str) -> List["Fields"]:
        return [Fields(value, f"{self._what}, {name}") for value in self._list(name)]

    def _list(self, name: str) -> List[Any]:
        values = self._values.get(name)
        if not isinstance(values, list):
            raise self._invalid(name)
        return values

    def _invalid(self, name: str) -> UnexpectedResponseError:
        message = f"The response has no valid {name} ({self._what})."
        return UnexpectedResponseError(message, code="UNEXPECTED_RESPONSE")
