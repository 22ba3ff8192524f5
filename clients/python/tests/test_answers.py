"""Slow, cut and malformed answers."""

from __future__ import annotations

import inspect
import logging
import pickle
import socket
import time
import unittest
from typing import Any, Callable
from unittest import mock

import wearon
from wearon import (
    Client,
    UnexpectedResponseError,
    WearOnConnectionError,
    WearOnError,
    WearOnTimeoutError,
    _transport,
    uploads,
)

from .server import KEY, PNG, Handler, Server, Step, ok, raw, refusal, silent

BALANCE = {"balance": 1, "total_purchased": 2, "total_spent": 1}
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def drip(handler: Handler) -> None:
    """One byte at a time, so that each single read is quick."""
    handler.close_connection = True
    try:
        for byte in HEAD + b"Content-Length: 5000\r\n\r\n" + b" " * 5000:
            handler.wfile.write(bytes([byte]))
            if handler.server.released.wait(0.02):
                return
    except OSError:
        pass


class AnswersTest(unittest.TestCase):
    def client(self, *steps: Step, **options: Any) -> "tuple[Server, Client]":
        server = Server(*steps)
        self.addCleanup(server.__exit__, None, None, None)
        client = Client(KEY, server.url, **{"max_retries": 0, **options})
        self.addCleanup(client.close)
        return server, client

    def test_a_silent_server_costs_only_the_timeout(self) -> None:
        self._times_out(silent)

    def test_a_dripping_server_costs_only_the_timeout(self) -> None:
        self._times_out(drip)

    def _times_out(self, step: Step) -> None:
        _, client = self.client(step, timeout=0.4)
        start = time.monotonic()
        with self.assertRaises(WearOnTimeoutError) as caught:
            client.credits.balance()
        self.assertLess(time.monotonic() - start, 8)
        self.assertEqual(caught.exception.code, "TIMEOUT")

    def test_the_usual_time_limits(self) -> None:
        _, client = self.client(silent)
        for call in (client.try_on, client.generations.wait):
            self.assertEqual(inspect.signature(call).parameters["timeout"].default, 660)
        self.assertAlmostEqual(client._transport.deadline(None).remaining(), 90, delta=5)
        self.assertEqual(_transport.UPLOAD_SECONDS, 300)
        with mock.patch.object(uploads, "UPLOAD_SECONDS", 0.2), self.assertRaises(WearOnTimeoutError):
            client.uploads.put(PNG)

    def test_the_limit_of_the_client_is_also_that_of_uploads(self) -> None:
        _, client = self.client(silent, timeout=0.2)
        with self.assertRaises(WearOnTimeoutError):
            client.uploads.put(PNG)

    def test_the_timeout_is_for_all_repeats_together(self) -> None:
        server, client = self.client(silent, timeout=0.5, max_retries=10)
        start = time.monotonic()
        with self.assertRaises(WearOnTimeoutError):
            client.credits.balance()
        self.assertLess(time.monotonic() - start, 8)

    def test_a_cut_body_is_repeated(self) -> None:
        whole = b'{"data": {"balance": 1, "total_purchased": 2, "total_spent": 1}, "error": null}'
        for framing in (b"Content-Length: 500\r\n\r\n" + whole, b"Transfer-Encoding: chunked\r\n\r\n4f\r\n" + whole):
            server, client = self.client(raw(HEAD + framing), ok(BALANCE), max_retries=1)
            self.assertEqual(client.credits.balance().balance, 1)
            self.assertEqual(len(server.requests), 2)
            server.script(raw(HEAD + framing))
            with self.assertRaises(WearOnConnectionError) as caught:
                client.credits.balance()
            self.assertEqual(caught.exception.code, "CONNECTION_FAILED")

    def test_a_malformed_answer_is_an_error_and_not_repeated(self) -> None:
        bodies = [b"<html>", b"", b"[]", b"null", b'{"data": 1}', b'{"data": {"balance": "1"}}', b"\xff\xfe"]
        bodies += [b"[" * 5000, b'{"data": {"balance": true, "total_purchased": 2, "total_spent": 1}}']
        for body in bodies:
            with self.subTest(body=body[:30]):
                framed = HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body
                server, client = self.client(raw(framed), max_retries=2)
                with self.assertRaises(UnexpectedResponseError):
                    client.credits.balance()
                self.assertEqual(len(server.requests), 1)

    def test_what_is_not_http_is_an_error(self) -> None:
        for data in (b"SSH-2.0-OpenSSH\r\n", HEAD + b"X: " + b"a" * 70_000 + b"\r\n\r\n", HEAD + b"A: 1\r\n" * 300):
            server, client = self.client(raw(data), max_retries=2)
            with self.assertRaises(UnexpectedResponseError):
                client.credits.balance()
            self.assertEqual(len(server.requests), 1)

    def test_an_endless_body_is_refused(self) -> None:
        def endless(handler: Handler) -> None:
            handler.close_connection = True
            try:
                handler.wfile.write(HEAD + b"Connection: close\r\n\r\n")
                while not handler.server.released.is_set():
                    handler.wfile.write(b" " * 65_536)
            except OSError:
                pass

        _, client = self.client(endless)
        with self.assertRaisesRegex(UnexpectedResponseError, "too large"):
            client.credits.balance()

    def test_a_redirect_is_not_followed(self) -> None:
        server, client = self.client(refusal(302, "X", Location="http://127.0.0.1:1/"))
        with self.assertRaises(UnexpectedResponseError):
            client.credits.balance()
        self.assertEqual(len(server.requests), 1)

    def test_a_404_of_another_server_says_nothing_about_the_object(self) -> None:
        _, client = self.client(raw(b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\n<p/>"))
        with self.assertRaisesRegex(UnexpectedResponseError, "base_url"):
            client.generations.get("0193c0de-0000-7000-8000-000000000002")

    def test_unknown_fields_are_ignored(self) -> None:
        _, client = self.client(ok({**BALANCE, "new": {"a": 1}}))
        self.assertEqual(client.credits.balance(), wearon.Balance(1, 2, 1))

    def test_connections_are_used_again(self) -> None:
        server, client = self.client(ok(BALANCE))
        for _ in range(3):
            client.credits.balance()
        self.assertEqual(len({request.peer for request in server.requests}), 1)

    def test_a_connection_that_the_server_closed_is_not_used_again(self) -> None:
        def answer_and_close(handler: Handler) -> None:
            body = b'{"data": {"balance": 1, "total_purchased": 2, "total_spent": 1}}'
            handler.wfile.write(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            handler.connection.shutdown(socket.SHUT_RDWR)
            handler.close_connection = True

        server, client = self.client(answer_and_close, answer_and_close, ok(BALANCE))
        for _ in range(3):
            client.credits.balance()
            self._await(lambda: not client._transport._connections._idle[0].usable() or len(server.requests) == 3)
        self.assertEqual(len({request.peer for request in server.requests}), 3)

    def _await(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + 10
        while not condition():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.001)

    def test_a_closed_client_sends_nothing(self) -> None:
        server, client = self.client(ok(BALANCE))
        with client:
            pass
        with self.assertRaises(RuntimeError):
            client.credits.balance()
        self.assertEqual(server.requests, [])


class SecretsTest(unittest.TestCase):
    def test_the_key_is_in_no_error_repr_and_log(self) -> None:
        with Server(refusal(503, "X", f"You sent Bearer {KEY}", Retry_After="1")) as server:
            with Client(KEY, server.url, max_retries=1) as client, self.assertLogs("wearon", logging.INFO) as logs:
                with self.assertRaises(WearOnError) as caught:
                    client.credits.balance()
                error = caught.exception
                texts = [repr(client), repr(client.credits), str(error), repr(error), *logs.output]
        for text in texts:
            self.assertNotIn(KEY, text)

    def test_the_key_is_in_no_error_that_is_cut(self) -> None:
        with Server(refusal(400, "VALIDATION_ERROR", "x" * 990 + KEY)) as server, Client(KEY, server.url) as client:
            with self.assertRaises(WearOnError) as caught:
                client.health()
        self.assertTrue(caught.exception.message.endswith("xwk_…"))

    def test_a_key_or_an_address_that_cannot_be_a_header_is_not_in_the_error(self) -> None:
        for key in ("wk_one\nwk_two", "", "wk ä"):
            with self.assertRaises(WearOnError) as caught:
                Client(key, "http://127.0.0.1:1")
            self.assertNotIn("wk_one", str(caught.exception))
        with Client(KEY, "http://127.0.0.1:1") as client, self.assertRaises(WearOnError) as caught:
            client.credits.shopper_balance("ann@example.com\r\nX: 1")
        self.assertNotIn("ann", str(caught.exception))

    def test_base_url_has_no_user_and_no_query(self) -> None:
        for url in ("https://a:b@host", "host", "ftp://host", "http://host?a=1", "http://ho st", "http://host:99999"):
            with self.subTest(url=url), self.assertRaises(WearOnError) as caught:
                Client(KEY, url)
            self.assertNotIn("a:b", str(caught.exception))

    def test_errors_can_be_pickled(self) -> None:
        error = WearOnError("No.", code="NOT_FOUND", status=404, request_id="r", session_id="s")
        copy = pickle.loads(pickle.dumps(error))
        self.assertEqual((str(copy), copy.__dict__), (str(error), error.__dict__))
