"""Orders of credits at a checkout of the store's own."""

from __future__ import annotations

import unittest
from decimal import Decimal

from wearon import Client, ConflictError, InvalidRequestError

from .server import KEY, Server, Step, ok, refusal

PURCHASE = {
    "purchase_id": "0193c0de-0000-7000-8000-000000000007",
    "order_id": "1001",
    "status": "completed",
    "credits": 3,
    "granted": 3,
    "returned": 1,
    "clawed_back": 1,
    "shortfall": 0,
    "amount": 14.97,
    "currency": "EUR",
    "test": False,
}


class PurchasesTest(unittest.TestCase):
    def client(self, *steps: Step) -> "tuple[Server, Client]":
        server = Server(*steps)
        self.addCleanup(server.__exit__, None, None, None)
        client = Client(KEY, server.url, max_retries=0)
        self.addCleanup(client.close)
        return server, client

    def test_reports_an_order_with_the_exact_amount(self) -> None:
        server, client = self.client(ok(PURCHASE), ok({**PURCHASE, "status": "pending", "granted": 0}))
        price = Decimal("14.97")
        purchase = client.purchases.record(
            "1001", credits=3, amount=price, currency="EUR", shopper_email="ann@example.com", returned=1
        )
        self.assertEqual((purchase.order_id, purchase.status, purchase.clawed_back), ("1001", "completed", 1))
        self.assertEqual(purchase.amount, price)
        later = client.purchases.record("1001", credits=3, amount=15, currency="EUR", shopper_ref="customer-4711")
        self.assertEqual((later.status, later.granted), ("pending", 0))
        first, second = server.requests
        self.assertEqual((first.method, first.path), ("POST", "/api/v1/purchases"))
        self.assertIn(b'"amount": 14.97', first.body)
        self.assertEqual(
            first.json(),
            {
                "order_id": "1001",
                "credits": 3,
                "currency": "EUR",
                "returned": 1,
                "shopper_email": "ann@example.com",
                "amount": 14.97,
            },
        )
        self.assertEqual(second.json()["shopper_ref"], "customer-4711")
        self.assertNotIn("shopper_email", second.json())

    def test_refusals(self) -> None:
        server, client = self.client(refusal(409, "CHECKOUT_NOT_OWN"), refusal(422, "IDEMPOTENCY_KEY_REUSED"))
        with self.assertRaises(ConflictError) as conflict:
            client.purchases.record("1001", credits=3, amount=1, currency="EUR", shopper_ref="1")
        self.assertEqual(conflict.exception.code, "CHECKOUT_NOT_OWN")
        with self.assertRaises(InvalidRequestError) as reused:
            client.purchases.record("1001", credits=3, amount=1, currency="EUR", shopper_ref="1")
        self.assertEqual(reused.exception.code, "IDEMPOTENCY_KEY_REUSED")
        with self.assertRaises(InvalidRequestError):
            client.purchases.record("1001", credits=3, amount=Decimal("NaN"), currency="EUR", shopper_ref="1")
        self.assertEqual(len(server.requests), 2)


if __name__ == "__main__":
    unittest.main()
