from __future__ import annotations

import time
import unittest
from typing import Any, Callable, List, Type

from wearon import (
    Client,
    ConflictError,
    InsufficientCreditsError,
    InvalidRequestError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    WearOnConnectionError,
    WearOnError,
)

from .server import ID, KEY, Server, Step, ok, raw, refusal, silent

CREATED = ok({"session_id": ID, "status": "queued"}, 201)
REPLAYED = ok({"session_id": ID, "status": "queued"}, 201, Idempotency_Replayed="true")


def create(client: Client, **changes: Any) -> Any:
    values: Any = {"person": "http://p/1", "garment": "http://p/2", "age_verified": True, **changes}
    return client.generations.create(**values)


class RepeatsTest(unittest.TestCase):
    def with_script(self, *steps: Step, **options: Any) -> "tuple[Server, Client]":
        server = self.enterContext_(Server(*steps))
        client = self.enterContext_(Client(KEY, server.url, **options))
        return server, client

    def enterContext_(self, context: Any) -> Any:  # unittest has it from Python 3.11 on
        self.addCleanup(context.__exit__, None, None, None)
        return context.__enter__()

    def test_repeats_a_lost_response_with_the_same_key(self) -> None:
        server, client = self.with_script(raw(b""), REPLAYED)
        created = create(client)
        self.assertEqual((created.id, created.replayed), (ID, True))
        self.assertEqual(server.keys(), [created.idempotency_key] * 2)
        self.assertEqual(len(created.idempotency_key), 36)

    def test_each_create_has_its_own_key(self) -> None:
        server, client = self.with_script(CREATED)
        create(client), create(client)
        self.assertEqual(len(set(server.keys())), 2)

    def test_keeps_the_key_of_the_caller_on_each_repeat(self) -> None:
        server, client = self.with_script(refusal(503, "SERVICE_UNAVAILABLE", Retry_After="1"), CREATED)
        create(client, idempotency_key="cart-1")
        self.assertEqual(server.keys(), ["cart-1", "cart-1"])

    def test_each_attempt_has_its_own_request_id(self) -> None:
        server, client = self.with_script(raw(b""), CREATED)
        create(client)
        ids = [request.headers["x-request-id"] for request in server.requests]
        self.assertEqual([id[-2:] for id in ids], [".1", ".2"])
        self.assertEqual(ids[0][:-2], ids[1][:-2])

    def test_waits_as_long_as_retry_after_says(self) -> None:
        server, client = self.with_script(refusal(429, "RATE_LIMIT_EXCEEDED", Retry_After="1"), CREATED)
        start = time.monotonic()
        create(client)
        self.assertGreaterEqual(time.monotonic() - start, 1.0)
        self.assertEqual(len(server.requests), 2)

    def test_does_not_wait_if_retry_after_exceeds_the_timeout(self) -> None:
        server, client = self.with_script(refusal(429, "RATE_LIMIT_EXCEEDED", Retry_After="60"), timeout=30)
        start = time.monotonic()
        with self.assertRaises(RateLimitError) as caught:
            create(client)
        self.assertLess(time.monotonic() - start, 20)
        self.assertEqual((len(server.requests), caught.exception.retry_after), (1, 60.0))

    def test_repeats_a_request_in_progress(self) -> None:
        server, client = self.with_script(refusal(409, "REQUEST_IN_PROGRESS", Retry_After="1"), REPLAYED)
        self.assertTrue(create(client).replayed)
        self.assertEqual(len(server.requests), 2)

    def test_never_repeats_what_a_repeat_cannot_change(self) -> None:
        cases: List[Any] = [
            (400, "VALIDATION_ERROR", InvalidRequestError),
            (402, "INSUFFICIENT_CREDITS", InsufficientCreditsError),
            (402, "DAILY_CAP_REACHED", InsufficientCreditsError),
            (403, "DOMAIN_MISMATCH", PermissionDeniedError),
            (409, "KEY_INACTIVE", ConflictError),
            (422, "IDEMPOTENCY_KEY_REUSED", InvalidRequestError),
            (507, "INSUFFICIENT_STORAGE", ServerError),
        ]
        for status, code, kind in cases:
            with self.subTest(status=status):
                server, client = self.with_script(refusal(status, code, "The reason.", Retry_After="1"))
                self._fails(lambda: create(client), kind, code, status)
                self.assertEqual(len(server.requests), 1)

    def test_repeats_a_fault_of_the_server_once(self) -> None:
        fault = refusal(500, "INTERNAL_ERROR", X_Session_Id=ID)
        server, client = self.with_script(fault, REPLAYED)
        self.assertTrue(create(client).replayed)
        self.assertEqual(server.keys()[0], server.keys()[1])

        server, client = self.with_script(fault)
        self._fails(lambda: create(client), ServerError, "INTERNAL_ERROR", 500)
        self.assertEqual(len(server.requests), 2)

    def test_does_not_repeat_an_unavailable_answer_without_retry_after(self) -> None:
        server, client = self.with_script(refusal(503, "SERVICE_UNAVAILABLE"))
        self._fails(lambda: create(client), ServerError, "SERVICE_UNAVAILABLE", 503)
        self.assertEqual(len(server.requests), 1)

    def test_repeats_an_answer_of_a_load_balancer(self) -> None:
        page = b"HTTP/1.1 503 Unavailable\r\nContent-Length: 4\r\n\r\n<p/>"
        server, client = self.with_script(raw(page), CREATED)
        create(client)
        self.assertEqual(len(server.requests), 2)

    def test_the_number_of_repeats_is_limited(self) -> None:
        server, client = self.with_script(raw(b""), max_retries=1)
        self._fails(lambda: create(client), WearOnConnectionError, "CONNECTION_FAILED", None)
        self.assertEqual(len(server.requests), 2)

    def test_no_repeats_on_request(self) -> None:
        server, client = self.with_script(raw(b""), max_retries=0)
        self._fails(lambda: create(client), WearOnConnectionError, "CONNECTION_FAILED", None)
        self.assertEqual(len(server.requests), 1)

    def test_a_refused_repeat_does_not_hide_that_the_create_may_be_charged(self) -> None:
        refusals = [(401, "INVALID_API_KEY"), (403, "DOMAIN_MISMATCH"), (429, "RATE_LIMIT_EXCEEDED")]
        for status, code in refusals:
            with self.subTest(status=status):
                server, client = self.with_script(raw(b""), refusal(status, code, Retry_After="60"), timeout=30)
                with self.assertRaises(WearOnConnectionError) as caught:
                    create(client)
                error = caught.exception
                self.assertEqual((error.code, error.status, error.retry_after), ("CONNECTION_FAILED", None, 60.0))
                self.assertEqual(error.idempotency_key, server.keys()[0])
                self.assertEqual(len(server.requests), 2)

    def test_an_answer_of_a_proxy_to_the_repeat_does_not_hide_it_either(self) -> None:
        for status in (200, 302, 404, 408):
            with self.subTest(status=status):
                page = b"HTTP/1.1 %d Any\r\nRetry-After: 0\r\nContent-Length: 4\r\n\r\n<p/>" % status
                unknown = refusal(503, "SERVICE_UNAVAILABLE", Retry_After="0", X_Session_Id=ID)
                _, client = self.with_script(unknown, raw(page))
                with self.assertRaises(ServerError) as caught:
                    create(client)
                self.assertEqual((caught.exception.code, caught.exception.status), ("SERVICE_UNAVAILABLE", 503))
                self.assertEqual(caught.exception.session_id, ID)

    def test_repeats_a_request_that_arrived_too_slowly(self) -> None:
        page = b"HTTP/1.1 408 Any\r\nRetry-After: 0\r\nContent-Length: 4\r\n\r\n<p/>"
        server, client = self.with_script(raw(page))
        self._fails(client.credits.balance, ServerError, "UNEXPECTED_RESPONSE", 408)
        self.assertEqual(len(server.requests), 3)

    def test_an_answer_to_the_key_replaces_what_was_unknown(self) -> None:
        server, client = self.with_script(raw(b""), refusal(402, "INSUFFICIENT_CREDITS"))
        self._fails(lambda: create(client), InsufficientCreditsError, "INSUFFICIENT_CREDITS", 402)

    def test_a_refused_repeat_of_a_read_says_why(self) -> None:
        server, client = self.with_script(raw(b""), refusal(403, "DOMAIN_MISMATCH"))
        self._fails(client.credits.balance, PermissionDeniedError, "DOMAIN_MISMATCH", 403)

    def test_the_id_of_an_earlier_attempt_is_on_the_error(self) -> None:
        unknown = refusal(503, "SERVICE_UNAVAILABLE", "Not known.", Retry_After="0", X_Session_Id=ID)
        cases: List[Any] = [
            (raw(b""), WearOnConnectionError, "CONNECTION_FAILED"),
            (silent, ServerError, "SERVICE_UNAVAILABLE"),
            (refusal(429, "RATE_LIMIT_EXCEEDED", Retry_After="60"), ServerError, "SERVICE_UNAVAILABLE"),
            (refusal(402, "INSUFFICIENT_CREDITS"), InsufficientCreditsError, "INSUFFICIENT_CREDITS"),
        ]
        for last, kind, code in cases:
            with self.subTest(code=code, kind=kind):
                # Only a silent server is awaited until the end.
                timeout = 4 if last is silent else 30
                server, client = self.with_script(unknown, last, max_retries=1, timeout=timeout)
                with self.assertRaises(kind) as caught:
                    create(client)
                self.assertEqual((caught.exception.code, caught.exception.session_id), (code, ID))
                self.assertEqual(len(server.requests), 2)

    def test_an_error_says_what_is_needed_to_repeat_and_to_ask_for_help(self) -> None:
        server, client = self.with_script(
            refusal(503, "SERVICE_UNAVAILABLE", "Not known.", Retry_After="40", X_Session_Id=ID), timeout=30
        )
        with self.assertRaises(ServerError) as caught:
            create(client)
        error = caught.exception
        self.assertEqual(
            (error.code, error.status, error.request_id, error.retry_after, error.session_id, error.idempotency_key),
            ("SERVICE_UNAVAILABLE", 503, "req_of_server", 40.0, ID, server.keys()[0]),
        )
        self.assertIn("Not known.", str(error))

    def test_a_refused_connection_is_an_error_with_a_request_id(self) -> None:
        server, client = self.with_script(CREATED, max_retries=0)
        server.__exit__(None, None, None)
        with self.assertRaises(WearOnConnectionError) as caught:
            client.credits.balance()
        self.assertTrue((caught.exception.request_id or "").startswith("py-"))

    def _fails(self, call: Callable[[], Any], kind: Type[WearOnError], code: str, status: Any) -> None:
        with self.assertRaises(kind) as caught:
            call()
        self.assertEqual((caught.exception.code, caught.exception.status), (code, status))
