from __future__ import annotations

import io
import json
import pickle
import tempfile
import threading
import time
import unittest
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any, List, Optional

from wearon import (
    Client,
    InvalidRequestError,
    PermissionDeniedError,
    TryOnFailedError,
    UploadedPicture,
    WearOnConnectionError,
    WearOnError,
    WearOnTimeoutError,
)

from .server import ID, KEY, PNG, Answer, Request, Server, Step, generation, ok, raw, refusal, silent


class Fake(Server):
    """Answers by path: uploads, creates, and a script for the reads of the try-on."""

    def __init__(self, *reads: Answer) -> None:
        super().__init__(*(reads or [ok(generation())]))
        self.put_status = 201
        self.create: Step = ok({"session_id": ID, "status": "queued"}, 201)

    def next(self, request: Request) -> Any:
        if request.path == "/api/v1/generation/" + ID:
            return super().next(request)
        with self._lock:
            self.requests.append(request)
        if request.path == "/api/v1/storage/uploads":
            return ok({"uploads": [self._upload(n, file) for n, file in enumerate(request.json()["files"])]}, 201)
        if request.method == "PUT":
            if self.put_status != 201:
                return refusal(self.put_status, "SIGNATURE_INVALID")
            return Answer(201, b'{"path": "p", "size": %d}' % len(request.body), {})
        return self.create

    def _upload(self, number: int, file: Any) -> Any:
        return {
            "path": f"p{number}",
            "upload_url": f"{self.url}/stores/{number}?signature=s",
            "headers": {"Content-Type": file["content_type"]},
            "image_url": f"{self.url}/image/{number}",
        }

    def of(self, method: str) -> List[Request]:
        return [request for request in self.requests if request.method == method]


class TryOnTest(unittest.TestCase):
    def fake(self, *reads: Answer) -> "tuple[Fake, Client]":
        server = Fake(*reads)
        self.addCleanup(server.__exit__, None, None, None)
        client = Client(KEY, server.url)
        self.addCleanup(client.close)
        return server, client

    def test_uploads_creates_and_waits(self) -> None:
        completed = ok(generation(garment_type="dress"))
        server, client = self.fake(ok(generation("queued")), ok(generation("processing")), completed)
        result = client.try_on(
            person=PNG, garment=io.BytesIO(PNG + b"2"), prompt="p", garment_type="dress", age_verified=True
        )
        self.assertEqual((result.id, result.status, result.finished), (ID, "completed", True))
        self.assertEqual((result.garment_type, client.generations.get(ID).garment_type), ("dress", "dress"))
        self.assertEqual(result.created_at, datetime(2026, 11, 21, 10, 0, 0, 123456, timezone.utc))
        uploads, create = server.of("POST")
        self.assertEqual([file["size"] for file in uploads.json()["files"]], [len(PNG), len(PNG) + 1])
        self.assertEqual(
            create.json(),
            {
                "image_urls": [f"{server.url}/image/0", f"{server.url}/image/1"],
                "age_verified": True,
                "prompt": "p",
                "garment_type": "dress",
            },
        )
        self.assertEqual([request.body for request in server.of("PUT")], [PNG, PNG + b"2"])

    def test_the_key_is_not_sent_to_a_signed_url(self) -> None:
        server, client = self.fake()
        client.uploads.put(PNG)
        self.assertNotIn("authorization", server.of("PUT")[0].headers)
        self.assertEqual(server.of("POST")[0].headers["authorization"], "Bearer " + KEY)

    def test_uploads_only_what_is_not_uploaded(self) -> None:
        server, client = self.fake()
        person = UploadedPicture("p", "http://stored/person", 1)
        client.try_on(person=person, garment=PNG, accessories=["https://stored/hat"], age_verified=True)
        self.assertEqual(
            server.of("POST")[1].json()["image_urls"],
            ["http://stored/person", f"{server.url}/image/0", "https://stored/hat"],
        )

    def test_keeps_lists_and_deletes_pictures(self) -> None:
        kept = {
            "path": "stores/s/uploads/a.png",
            "name": "a.png",
            "content_type": "image/png",
            "size": 3,
            "image_url": "http://stored/a?signature=s",
            "created_at": "2026-11-21T10:00:00Z",
        }
        server, client = self.fake()
        client.uploads.put(PNG, keep=True)
        client.uploads.put(PNG)
        self.assertEqual([request.json()["files"][0].get("keep") for request in server.of("POST")], [True, None])

        server.create = ok({"objects": [kept], "next_cursor": None})
        (picture,) = client.uploads.kept()
        self.assertEqual((picture.name, picture.created_at.year), ("a.png", 2026))
        self.assertNotIn("signature", repr(picture))
        self.assertEqual(server.of("GET")[0].path, "/api/v1/storage/objects?kept=true&limit=100")

        server.create = ok({"path": kept["path"]})
        client.uploads.delete(picture)
        client.uploads.delete("b/../c")
        self.assertEqual(
            [request.path for request in server.of("DELETE")],
            ["/api/v1/storage/objects/a.png", "/api/v1/storage/objects/b%2F..%2Fc"],
        )

    def test_imports_a_picture(self) -> None:
        server, client = self.fake()
        server.create = ok({"path": "p", "image_url": "http://stored/p?signature=s", "expires_at": "2026-11-21T10:00:00Z"}, 201)
        picture = client.uploads.import_url("https://cdn.shopify.com/a.jpg")
        self.assertEqual(server.of("POST")[0].json(), {"url": "https://cdn.shopify.com/a.jpg"})
        self.assertEqual(picture.image_url, "http://stored/p?signature=s")
        self.assertNotIn("signature", repr(picture))

    def test_the_first_bytes_decide_the_type(self) -> None:
        server, client = self.fake()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "photo.png")
            path.write_bytes(b"\xff\xd8\xff\xe0 jpeg")
            heic = b"\0\0\0\x18ftypheic"
            client.uploads.put_all([path, str(path), b"RIFF1234WEBPVP8 ", heic, b"text", memoryview(PNG)])
        types = [file["content_type"] for file in server.of("POST")[0].json()["files"]]
        jpeg = "image/jpeg"
        self.assertEqual(types, [jpeg, jpeg, "image/webp", "image/heic", "application/octet-stream", "image/png"])

    def test_refuses_wrong_arguments_before_any_request(self) -> None:
        server, client = self.fake()
        big = bytes(10 * 1024 * 1024 + 1)
        wrong: List[Any] = [b"", big, io.BytesIO(big), io.StringIO("text"), 5]
        for picture in wrong:
            with self.subTest(kind=type(picture)), self.assertRaises(InvalidRequestError):
                client.try_on(person=picture, garment=PNG, age_verified=True)
        with self.assertRaises(PermissionDeniedError) as caught:
            client.try_on(person=PNG, garment=PNG, age_verified=False)
        self.assertEqual(caught.exception.code, "AGE_VERIFICATION_REQUIRED")
        for timeout in (0, -1, float("nan"), float("inf")):
            with self.assertRaises(InvalidRequestError):
                client.try_on(person=PNG, garment=PNG, age_verified=True, timeout=timeout)
        with self.assertRaises(InvalidRequestError):
            client.try_on(person=PNG, garment=PNG, accessories=[PNG] * 9, age_verified=True)
        with self.assertRaises(InvalidRequestError):
            client.generations.create(person="photo.png", garment="http://p", age_verified=True)
        with self.assertRaises(InvalidRequestError):
            client.generations.create(person="http://p", garment="http://p", age_verified=True, idempotency_key="ä")
        with self.assertRaises(FileNotFoundError):
            client.try_on(person="missing.png", garment=PNG, age_verified=True)
        self.assertEqual(server.requests, [])

    def test_a_try_on_whose_outcome_is_unknown_can_be_repeated(self) -> None:
        server, client = self.fake()
        created, server.create = server.create, raw(b"")
        with self.assertRaises(WearOnConnectionError) as caught:
            client.try_on(person=PNG, garment=PNG, accessories=["http://stored/hat"], age_verified=True)
        error = caught.exception
        for text in (str(error), repr(error), str(vars(error)), str(error.pictures[:2])):
            self.assertNotIn("http", text)
        self.assertEqual(pickle.loads(pickle.dumps(error)).pictures, ())

        server.create = created
        person, garment, *accessories = error.pictures
        result = client.try_on(
            person=person,
            garment=garment,
            accessories=accessories,
            age_verified=True,
            idempotency_key=error.idempotency_key,
        )
        self.assertTrue(result.finished)
        creates = [request for request in server.of("POST") if "create" in request.path]
        self.assertEqual({request.body for request in creates}, {creates[0].body})
        self.assertEqual({request.headers["idempotency-key"] for request in creates}, {error.idempotency_key})
        self.assertEqual(len(server.of("PUT")), 2)

    def test_sends_nothing_after_the_time_limit(self) -> None:
        class SlowFile(io.BytesIO):
            def read(self, size: Optional[int] = -1) -> bytes:
                end = time.monotonic() + 0.1
                while time.monotonic() < end:
                    pass
                return super().read(size)

        server, client = self.fake()
        with self.assertRaises(WearOnTimeoutError) as caught:
            client.try_on(person=SlowFile(PNG), garment="http://stored", age_verified=True, timeout=0.1)
        self.assertIsNone(caught.exception.session_id)
        self.assertEqual(server.requests, [])

    def test_a_refused_upload_starts_no_try_on(self) -> None:
        server, client = self.fake()
        server.put_status = 403
        with self.assertRaises(PermissionDeniedError):
            client.try_on(person=PNG, garment=PNG, age_verified=True)
        self.assertEqual(len(server.requests), 2)

    def test_a_failed_try_on_says_why_and_what_came_back(self) -> None:
        failed = generation("failed", error_code="MODERATION_BLOCKED", error_message="Please use another photo.")
        server, client = self.fake(ok(failed), ok({**failed, "credits_refunded": 1}))
        with self.assertRaises(TryOnFailedError) as caught:
            client.try_on(person=PNG, garment=PNG, age_verified=True)
        error = caught.exception
        self.assertEqual(
            (error.code, error.message, error.credits_refunded, error.session_id, error.request_id),
            ("MODERATION_BLOCKED", "Please use another photo.", 1, ID, "req_1"),
        )
        self.assertIsNone(error.idempotency_key)  # a repeat must be a new try-on
        self.assertEqual(client.generations.get(ID).error_code, "MODERATION_BLOCKED")

    def test_a_refund_that_takes_longer_does_not_hide_the_failure(self) -> None:
        for then in (ok(generation("failed")), silent):
            with self.subTest(then):
                server, client = self.fake(ok(generation("failed")), then)
                with self.assertRaises(TryOnFailedError) as caught:
                    client.generations.wait(ID, timeout=6)
                self.assertEqual((caught.exception.code, caught.exception.credits_refunded), ("INTERNAL", 0))

    def test_a_wait_that_takes_too_long_can_be_continued(self) -> None:
        server, client = self.fake(ok(generation("some new status")))
        with self.assertRaises(WearOnTimeoutError) as caught:
            client.try_on(person=PNG, garment=PNG, age_verified=True, timeout=4)
        error = caught.exception
        self.assertEqual((error.session_id, len(error.pictures)), (ID, 2))
        self.assertEqual(error.idempotency_key, server.of("POST")[1].headers["idempotency-key"])
        server.script(ok(generation()))
        self.assertTrue(client.generations.wait(ID).finished)

    def test_a_read_may_wait_for_the_end(self) -> None:
        server, client = self.fake(ok(generation()))
        self.assertTrue(client.generations.get(ID, wait=20).finished)
        self.assertTrue(client.generations.get(ID).finished)
        self.assertEqual([request.headers.get("prefer") for request in server.of("GET")], ["wait=20", None])

    def test_failed_reads_do_not_end_a_wait(self) -> None:
        unavailable = refusal(503, "SERVICE_UNAVAILABLE")
        slow = refusal(408, "ANY", Retry_After="0")
        server, client = self.fake(unavailable, refusal(500, "INTERNAL_ERROR"), slow, slow, slow, ok(generation()))
        self.assertTrue(client.generations.wait(ID).finished)
        server.script(refusal(404, "NOT_FOUND"))
        with self.assertRaises(WearOnError) as caught:
            client.generations.wait(ID)
        self.assertEqual(caught.exception.status, 404)

    def test_one_client_serves_many_threads(self) -> None:
        server, client = self.fake()
        results: List[str] = []
        threads = [
            threading.Thread(
                target=lambda: results.append(client.try_on(person=PNG, garment=PNG, age_verified=True).id)
            )
            for _ in range(12)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        self.assertEqual(results, [ID] * 12)
        keys = [request.headers["idempotency-key"] for request in server.of("POST") if "create" in request.path]
        self.assertEqual((len(keys), len(set(keys))), (12, 12))

    def test_a_repr_has_no_signed_url(self) -> None:
        signed = "http://p/1?signature=00c0ffee"
        _, client = self.fake(ok(generation(generated_image_url=signed, image_urls=[signed], model_image_url=signed)))
        self.assertNotIn("signature", repr(client.generations.get(ID)))
        self.assertNotIn("signature", repr(UploadedPicture("p", signed, 1)))

    def test_downloads_the_picture_without_the_key(self) -> None:
        with Server(Answer(200, PNG, {"Content-Type": "image/png"})) as server, Client(KEY, server.url) as client:
            self.assertEqual(client.downloads.get(server.url + "/a?signature=1"), PNG)
            self.assertEqual(server.requests[0].path, "/a?signature=1")
            self.assertNotIn("authorization", server.requests[0].headers)


class OtherCallsTest(unittest.TestCase):
    def test_reads_all_pages_of_transactions(self) -> None:
        def page(number: int, cursor: Any) -> Answer:
            row = {
                "id": str(number), "type": "deduction", "amount": 1, "delta": -1, "balance_after": 4,
                "price_cents": None, "session_id": ID, "request_id": "r", "description": None,
                "created_at": "2026-11-21T10:00:00+01:00",
            }  # fmt: skip
            return ok({"transactions": [row], "next_cursor": cursor})

        with Server(page(1, "a b"), page(2, None)) as server, Client(KEY, server.url) as client:
            rows = list(client.credits.transactions())
            self.assertEqual([row.id for row in rows], ["1", "2"])
            self.assertEqual(rows[0].created_at.hour, 9)
            self.assertEqual(server.requests[1].path, "/api/v1/credits/transactions?limit=100&cursor=a+b")
            server.script(page(1, "same"))
            with self.assertRaises(WearOnError):
                list(client.credits.transactions())

    def test_lists_try_ons_of_a_shopper(self) -> None:
        def page(cursor: Any) -> Answer:
            row = {
                "session_id": ID, "store_id": ID, "status": "failed", "garment_type": None, "error_code": "DEADLINE",
                "error_message": "Sorry.", "credits_used": 1, "credits_refunded": 1, "attempt": 2,
                "processing_time_ms": None, "request_id": None, "created_at": "2026-11-21T10:00:00Z", "started_at": None, "deadline_at": None,
                "completed_at": "2026-11-21T10:00:03Z", "images_expire_at": None,
            }  # fmt: skip
            return ok({"generations": [row], "next_cursor": cursor})

        with Server(page("c"), page(None)) as server, Client(KEY, server.url) as client:
            listed = list(
                client.generations.list(
                    status="failed",
                    created_from=date(2026, 11, 1),
                    created_to=datetime(2026, 11, 21, 10, tzinfo=timezone.utc),
                    shopper_email="ann@example.com",
                    page_size=1,
                )
            )
            self.assertEqual([entry.error_code for entry in listed], ["DEADLINE", "DEADLINE"])
            self.assertEqual(
                server.requests[1].path,
                "/api/v1/generation?limit=1&status=failed&created_from=2026-11-01"
                "&created_to=2026-11-21T10%3A00%3A00%2B00%3A00&cursor=c",
            )
            self.assertEqual(server.requests[1].headers["x-shopper-email"], "ann@example.com")

    def test_reads_the_usage_by_hour_and_key(self) -> None:
        entry = {
            "start": "2026-11-01T10:00:00Z", "outcome": None, "api_key_id": ID, "try_ons": 3, "credits_used": 2,
            "credits_refunded": 1, "processing_time_ms": 3000000000,
        }  # fmt: skip
        usage = {
            "bucket": "hour", "by": "key", "first_bucket": "2026-11-01T00:00:00Z", "last_bucket": "2026-11-02T10:00:00Z",
            "complete_since": "2025-11-01T00:00:00Z", "usage": [entry, {**entry, "api_key_id": None}],
            "test": True,
        }  # fmt: skip
        with Server(ok(usage)) as server, Client(KEY, server.url) as client:
            read = client.generations.usage(
                start=date(2026, 11, 1), end=datetime(2026, 11, 2, 10, tzinfo=timezone.utc), bucket="hour", by="key"
            )
            self.assertEqual(
                server.requests[0].path,
                "/api/v1/usage?from=2026-11-01&to=2026-11-02T10%3A00%3A00%2B00%3A00&bucket=hour&by=key",
            )
        self.assertEqual((read.complete_since, read.test), (datetime(2025, 11, 1, tzinfo=timezone.utc), True))
        self.assertEqual([(one.api_key_id, one.outcome) for one in read.entries], [(ID, None), (None, None)])
        first = read.entries[0]
        self.assertEqual(first.start, datetime(2026, 11, 1, 10, tzinfo=timezone.utc))
        self.assertEqual((first.try_ons, first.credits_used, first.credits_refunded), (3, 2, 1))
        self.assertEqual(first.processing_time_ms, 3_000_000_000)

    def test_a_price_keeps_its_decimals(self) -> None:
        config = {
            "store_id": ID, "shop_domain": "d", "billing_mode": "resell_mode", "shopify_variant_id": None,
            "subscription_tier": None, "status": "active",
        }  # fmt: skip
        body = b'{"data": {"retail_credit_price": 1.10, %s}}' % json.dumps(config)[1:-1].encode()
        with Server(Answer(200, body, {})) as server, Client(KEY, server.url) as client:
            changed = client.store.change_config(billing_mode="resell_mode", retail_credit_price=Decimal("1.10"))
            self.assertIn(b'"retail_credit_price": 1.10}', server.requests[0].body)
            self.assertEqual(str(changed.retail_credit_price), "1.10")

    def test_sends_addresses_and_dates_as_the_api_reads_them(self) -> None:
        figures = {
            "total_generations": 3, "completed_generations": 2, "failed_generations": 1, "success_rate": 0.6667,
            "credits_remaining": 1, "credits_used": 2,
        }  # fmt: skip
        balance = ok({"balance": 0, "total_purchased": 0, "total_spent": 0})
        with Server(balance, ok(figures)) as server, Client(KEY, server.url + "/behind/") as client:
            client.credits.shopper_balance("änn@example.com")
            sent = server.requests[0].headers["x-shopper-email"]
            self.assertEqual(sent.encode("latin-1").decode("utf-8"), "änn@example.com")
            analytics = client.store.analytics(start=date(2026, 11, 1), end=datetime(2026, 11, 2, tzinfo=timezone.utc))
            self.assertEqual(analytics.success_rate, 0.6667)
            self.assertEqual(
                server.requests[1].path,
                "/behind/api/v1/stores/analytics?start_date=2026-11-01&end_date=2026-11-02T00%3A00%3A00%2B00%3A00",
            )
