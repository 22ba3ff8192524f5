"""
Against a running suite: WEARON_URL is the address of its gateway, WEARON_ADMIN_TOKEN an operator token. Each test makes
its own store.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import unittest
import urllib.request
import uuid
import zlib
from pathlib import Path
from typing import Any, Optional

from wearon import (
    AuthenticationError,
    Client,
    InsufficientCreditsError,
    InvalidRequestError,
    PermissionDeniedError,
    RateLimitError,
    TryOnFailedError,
)

from .relay import Relay

URL = os.environ.get("WEARON_URL", "")
TOKEN = os.environ.get("WEARON_ADMIN_TOKEN", "")
SAMPLES = Path(__file__).resolve().parents[3] / "deploy" / "local" / "samples"
PERSON = SAMPLES / "person.png"
GARMENT = SAMPLES / "garment.png"
CREATE = "POST /api/v1/generation/create"


def operator(path: str, body: Any, **headers: str) -> Any:
    request = urllib.request.Request(
        f"{URL}/admin/v1/stores{path}",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json", **headers},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)["data"]


def key_of_new_store(credits: int = 0, tier: Optional[str] = "enterprise") -> str:
    domain = f"shop-{uuid.uuid4()}.example"
    store = operator("", {"shop_domain": domain, "subscription_tier": tier})["store_id"]
    if credits:
        operator(f"/{store}/credits", {"amount": credits, "type": "purchase"}, **{"Idempotency-Key": f"first-{store}"})
    key: str = operator(f"/{store}/api-keys", {"allowed_domains": []})["api_key"]
    return key


def unreadable_png() -> bytes:
    """A whole PNG file whose pixels are not compressed data. Only a decoder finds that out."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 512, 512, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"\xff" * 500) + chunk(b"IEND", b"")


@unittest.skipUnless(URL and TOKEN, "needs WEARON_URL and WEARON_ADMIN_TOKEN of a running suite")
class SuiteTest(unittest.TestCase):
    def client(self, key: str, url: str = URL, **options: Any) -> Client:
        client = Client(key, url, **options)
        self.addCleanup(client.close)
        return client

    def relay(self) -> Relay:
        relay = Relay(URL)
        self.addCleanup(relay.__exit__, None, None, None)
        return relay

    def test_a_try_on_from_files_to_the_picture(self) -> None:
        client = self.client(key_of_new_store(credits=5))
        with open(GARMENT, "rb") as garment:
            result = client.try_on(person=PERSON, garment=garment, garment_type="upper", age_verified=True)
        self.assertEqual((result.status, result.credits_used, result.error_code), ("completed", 1, None))
        self.assertEqual(result.garment_type, "upper")
        self.assertEqual(len(result.image_urls), 2)
        self.assertTrue(client.downloads.get(result).startswith(b"\xff\xd8\xff"))
        path = f"stores/{client.health().store_id}/generated/{result.id}.jpg"
        signed, unknown = client.downloads.sign([path, path + "x"])
        self.assertTrue(client.downloads.get(signed).startswith(b"\xff\xd8\xff"))
        self.assertIsNone(unknown.url)

        self.assertEqual([row.session_id for row in client.credits.transactions(page_size=1)], [result.id, None])
        self.assertEqual([entry.id for entry in client.generations.list(status="completed")], [result.id])
        receipt = client.generations.receipt(result.id)
        self.assertEqual((receipt.paid_by, receipt.net_charge, receipt.release), ("pool", 1, None))
        self.assertEqual(client.generations.cancel(result.id).status, "completed")
        (last,) = client.generations.events(result.id)
        self.assertEqual((last.status, last.generated_image_url), ("completed", None))
        self.assertEqual(list(client.generations.events(result.id, after=last.version)), [])
        usage = client.generations.usage(start=result.created_at, end=result.created_at, bucket="hour")
        self.assertEqual(
            [(entry.outcome, entry.try_ons, entry.credits_used) for entry in usage.entries], [("completed", 1, 1)]
        )
        self.assertEqual(client.credits.shopper_balance("änn@example.com").balance, 0)
        self.assertEqual(client.store.config().billing_mode, "absorb_mode")
        self.assertEqual(client.store.change_config(billing_mode="absorb_mode").status, "active")
        self.assertEqual(client.store.analytics(start=result.created_at).completed_generations, 1)
        self.assertEqual(client.store.analytics(end="2020-01-01").total_generations, 0)
        with contextlib.closing(client.store.events()) as events:  # type: ignore[type-var]
            self.assertEqual(next(event.balance for event in events if event.balance is not None), 4)

    def test_a_create_whose_response_is_lost_is_charged_once(self) -> None:
        key, relay = key_of_new_store(credits=5), self.relay()
        client = self.client(key, relay.url)
        person, garment = client.uploads.put_all([PERSON, GARMENT])
        relay.lose(1)
        created = client.generations.create(person=person, garment=garment, age_verified=True)
        self.assertEqual((created.replayed, relay.calls.count(CREATE)), (True, 2))

        again = client.generations.create(
            person=person, garment=garment, age_verified=True, idempotency_key=created.idempotency_key
        )
        self.assertEqual((again.id, again.replayed), (created.id, True))
        with self.assertRaises(InvalidRequestError) as caught:
            client.generations.create(
                person=garment, garment=person, age_verified=True, idempotency_key=created.idempotency_key
            )
        self.assertEqual((caught.exception.code, caught.exception.status), ("IDEMPOTENCY_KEY_REUSED", 422))
        self.assertEqual(relay.calls.count(CREATE), 4)

        other = self.client(key)  # another process, which knows only the id
        states = [state.status for state in other.generations.events(created.id)]
        self.assertEqual(states[-1], "completed")
        self.assertEqual(other.generations.wait(created.id).status, "completed")
        taken = [row for row in other.credits.transactions() if row.type == "deduction"]
        self.assertEqual([row.session_id for row in taken], [created.id])

    def test_a_store_without_credits_is_told_once(self) -> None:
        relay = self.relay()
        client = self.client(key_of_new_store(), relay.url)
        with self.assertRaises(InsufficientCreditsError) as caught:
            client.try_on(person=PERSON, garment=GARMENT, age_verified=True)
        self.assertEqual((caught.exception.code, caught.exception.status), ("INSUFFICIENT_CREDITS", 402))
        self.assertEqual(relay.calls.count(CREATE), 1)

    def test_too_many_requests_are_not_made_worse(self) -> None:
        relay = self.relay()
        client = self.client(key_of_new_store(tier=None), relay.url, timeout=20)
        with self.assertRaises(RateLimitError) as caught:
            for _ in range(100):
                client.health()
        error = caught.exception
        self.assertEqual((error.code, error.status), ("RATE_LIMIT_EXCEEDED", 429))
        self.assertGreaterEqual(error.retry_after or 0, 1)
        self.assertLess(len(relay.calls), 100)
        counted = len(relay.calls)
        with self.assertRaises(RateLimitError):
            client.health()
        self.assertEqual(len(relay.calls), counted + 1)

    def test_a_failed_try_on_gives_its_credit_back(self) -> None:
        client = self.client(key_of_new_store(credits=2))
        with self.assertRaises(TryOnFailedError) as caught:
            client.try_on(person=unreadable_png(), garment=GARMENT, age_verified=True)
        error = caught.exception
        self.assertEqual((error.code, error.credits_refunded), ("BAD_IMAGE", 1))
        self.assertTrue(error.message)
        self.assertEqual(sum(row.delta for row in client.credits.transactions()), 2)

    def test_a_picture_that_is_none_is_refused(self) -> None:
        client = self.client(key_of_new_store())
        for picture in (b"text", PERSON.read_bytes()[:5000]):
            with self.assertRaises(InvalidRequestError):
                client.uploads.put(picture)

    def test_a_signed_url_of_another_store_is_refused(self) -> None:
        theirs = self.client(key_of_new_store()).uploads.put(GARMENT)
        client = self.client(key_of_new_store(credits=1))
        with self.assertRaises(InvalidRequestError):
            client.generations.create(person=theirs, garment=theirs, age_verified=True)
        with self.assertRaises(PermissionDeniedError):
            client.downloads.get(theirs.image_url[:-1])

    def test_a_wrong_key_is_refused(self) -> None:
        with self.assertRaises(AuthenticationError) as caught:
            self.client("wk_" + "0" * 32).credits.balance()
        self.assertEqual(caught.exception.code, "INVALID_API_KEY")
