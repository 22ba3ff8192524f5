"""``client.purchases``: orders of credits at a checkout of the store's own. The API key needs the scope ``purchases:write``."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Dict, Optional, Union

from ._transport import Transport
from .errors import InvalidRequestError
from .models import Purchase


class Purchases:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def record(
        self,
        order_id: str,
        *,
        credits: int,
        amount: Union[Decimal, int],
        currency: str,
        shopper_email: Optional[str] = None,
        shopper_ref: Optional[str] = None,
        returned: int = 0,
        timeout: Optional[float] = None,
    ) -> Purchase:
        """
        Reports an order that a shopper has paid, once per ``order_id``: repeats change nothing. Name the shopper with
        ``shopper_email`` or ``shopper_ref``. ``amount`` is in the main unit of ``currency``.

        Report it again with ``returned``, how many of the credits were given back in total, after a refund. With the status
        ``pending`` the credits follow when the store has enough.

        Raises ConflictError with the code ``CHECKOUT_NOT_OWN`` if the store sells its credits at Shopify, and
        InvalidRequestError with ``IDEMPOTENCY_KEY_REUSED`` if the order was reported with other values.
        """
        price = Decimal(amount)
        if not price.is_finite():
            raise InvalidRequestError("amount must be a number.", code="VALIDATION_ERROR")
        order: Dict[str, object] = {"order_id": order_id, "credits": credits, "currency": currency, "returned": returned}
        if shopper_email is not None:
            order["shopper_email"] = shopper_email
        if shopper_ref is not None:
            order["shopper_ref"] = shopper_ref
        # json.dumps writes no Decimal, and a float could change the decimals.
        body = f'{json.dumps(order)[:-1]}, "amount": {price:f}}}'
        data, _ = self._transport.call("POST", "/api/v1/purchases", self._transport.deadline(timeout), body=body)
        return Purchase._of(data)
