"""``client.store``: configuration and figures of the store."""

from __future__ import annotations

import contextlib
import json
from decimal import Decimal
from typing import Iterator, Optional, Union

from ._connections import Deadline
from ._fields import Moment, moment
from ._transport import Transport
from .errors import InvalidRequestError
from .models import Generation, StoreAnalytics, StoreConfig, StoreEvent

_CONFIG = "/api/v1/stores/config"

#: The server ends a stream a minute earlier.
_LONGEST_STREAM = 960.0


class Store:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def config(self, *, timeout: Optional[float] = None) -> StoreConfig:
        data, _ = self._transport.call("GET", _CONFIG, self._transport.deadline(timeout))
        return StoreConfig._of(data)

    def change_config(
        self,
        *,
        billing_mode: str,
        retail_credit_price: Optional[Union[Decimal, int]] = None,
        timeout: Optional[float] = None,
    ) -> StoreConfig:
        """Chooses who pays: ``absorb_mode`` the store, ``resell_mode`` its shoppers, at ``retail_credit_price``."""
        body = json.dumps({"billing_mode": billing_mode})
        if retail_credit_price is not None:
            price = Decimal(retail_credit_price)
            if not price.is_finite():
                raise InvalidRequestError("retail_credit_price must be a number.", code="VALIDATION_ERROR")
            # json.dumps writes no Decimal, and a float could change the decimals.
            body = f'{body[:-1]}, "retail_credit_price": {price:f}}}'
        data, _ = self._transport.call("PATCH", _CONFIG, self._transport.deadline(timeout), body=body)
        return StoreConfig._of(data)

    def analytics(
        self,
        *,
        start: Optional[Moment] = None,
        end: Optional[Moment] = None,
        timeout: Optional[float] = None,
    ) -> StoreAnalytics:
        """
        Figures of the try-ons from ``start`` to ``end``: dates (whole days in UTC), datetimes, or such texts in
        ISO 8601. Without an offset a time is UTC.
        """
        ends = {"start_date": moment(start), "end_date": moment(end)}
        query = {name: value for name, value in ends.items() if value is not None}
        data, _ = self._transport.call(
            "GET", "/api/v1/stores/analytics", self._transport.deadline(timeout), query=query
        )
        return StoreAnalytics._of(data)

    def events(self) -> Iterator[StoreEvent]:
        """
        The unfinished try-ons and the credits of the store, and then each change, on one connection.

        The iterator ends when the server ends the connection, after 15 minutes at most; a break is an error. Then read what has
        ended meanwhile with ``generations.list``, and call it again. A state may come twice: compare the versions. States have
        no ``generated_image_url``. If you leave the loop early, ``close()`` the iterator.
        """
        stream = self._transport.stream("/api/v1/events", Deadline(_LONGEST_STREAM), None)
        if stream is None:
            return
        with contextlib.closing(stream):  # type: ignore[type-var]
            for event in stream:
                if event.name == "session":
                    yield StoreEvent(Generation._of(event.fields()), None)
                elif event.name == "balance":
                    yield StoreEvent(None, event.fields().integer("balance"))
