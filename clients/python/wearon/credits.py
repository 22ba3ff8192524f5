"""``client.credits``: balances and transactions."""

from __future__ import annotations

from typing import Dict, Iterator, Optional

from ._transport import Transport
from .errors import UnexpectedResponseError
from .generations import checked_email
from .models import Balance, Transaction


class Credits:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def balance(self, *, timeout: Optional[float] = None) -> Balance:
        """The credits of the store, of at most a second ago."""
        data, _ = self._transport.call("GET", "/api/v1/credits/balance", self._transport.deadline(timeout))
        return Balance._of(data)

    def shopper_balance(self, email: str, *, timeout: Optional[float] = None) -> Balance:
        """The credits of a shopper at this store. All are 0 for a shopper who has never bought any."""
        data, _ = self._transport.call(
            "GET",
            "/api/v1/credits/shopper",
            self._transport.deadline(timeout),
            headers={"x-shopper-email": checked_email(email)},
        )
        return Balance._of(data)

    def transactions(self, *, page_size: int = 100, timeout: Optional[float] = None) -> Iterator[Transaction]:
        """All transactions of the store, newest first. Each page is one request, made when it is needed."""
        cursor: Optional[str] = None
        while True:
            query: Dict[str, str] = {"limit": str(page_size)}
            if cursor is not None:
                query["cursor"] = cursor
            data, _ = self._transport.call(
                "GET", "/api/v1/credits/transactions", self._transport.deadline(timeout), query=query
            )
            for transaction in data.objects("transactions"):
                yield Transaction._of(transaction)
            following = data.optional_text("next_cursor")
            if following is None:
                return
            if following == cursor:
                raise UnexpectedResponseError("The list of transactions does not end.", code="UNEXPECTED_RESPONSE")
            cursor = following
