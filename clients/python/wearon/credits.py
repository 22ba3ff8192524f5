"""``client.credits``: balances and transactions."""

from __future__ import annotations

from typing import Iterator, Optional

from ._pages import entries
from ._transport import Transport
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
        query = {"limit": str(page_size)}
        for entry in entries(self._transport, "/api/v1/credits/transactions", "transactions", query, timeout=timeout):
            yield Transaction._of(entry)
