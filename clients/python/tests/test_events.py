from __future__ import annotations

import contextlib
import unittest
from typing import Any, List, Optional

from wearon import (
    Client,
    NotFoundError,
    PermissionDeniedError,
    TryOnFailedError,
    UnexpectedResponseError,
    WearOnConnectionError,
    WearOnTimeoutError,
)
from wearon._events import Event, events_of

from .server import ID, KEY, Answer, Server, Step, events, generation, ok, raw, refusal, silent

QUEUED = generation("queued", version=1)
PROCESSING = generation("processing", version=2)
COMPLETED = generation("completed", version=3)


class EventsTest(unittest.TestCase):
    def client(self, *streams: Step, reads: Optional[Step] = None) -> "tuple[Server, Client]":
        server = Server(reads or ok({**COMPLETED, "generated_image_url": "http://pictures/result"}))
        server.streams = list(streams)
        self.addCleanup(server.__exit__, None, None, None)
        client = Client(KEY, server.url)
        self.addCleanup(client.close)
        return server, client

    def last_ids(self, server: Server) -> List[Any]:
        return [request.headers.get("last-event-id") for request in server.streamed]

    def test_has_each_state_up_to_the_last_one(self) -> None:
        server, client = self.client(events(QUEUED, PROCESSING, COMPLETED))
        states = list(client.generations.events(ID))
        self.assertEqual([state.status for state in states], ["queued", "processing", "completed"])
        self.assertEqual([state.version for state in states], [1, 2, 3])
        (request,) = server.streamed
        self.assertEqual(request.path, f"/api/v1/generation/{ID}/events")
        self.assertEqual(request.headers["accept"], "text/event-stream")
        self.assertEqual(request.headers["authorization"], "Bearer " + KEY)
        self.assertEqual(self.last_ids(server), [None])

    def test_connects_again_after_the_last_state(self) -> None:
        for broken in (events(QUEUED), events(QUEUED, whole=False)):
            server, client = self.client(broken, raw(b""), events(PROCESSING, COMPLETED))
            states = list(client.generations.events(ID))
            self.assertEqual([state.version for state in states], [1, 2, 3])
            self.assertEqual(self.last_ids(server), [None, "1", "1"])

    def test_ends_if_there_is_no_later_state(self) -> None:
        server, client = self.client(events(QUEUED), Answer(204, b"", {}))
        self.assertEqual([state.version for state in client.generations.events(ID)], [1])
        server.streams = [Answer(204, b"", {})]
        self.assertEqual(list(client.generations.events(ID, after=3)), [])
        self.assertEqual(self.last_ids(server), [None, "1", "3"])

    def test_a_refusal_is_an_error(self) -> None:
        server, client = self.client(refusal(404, "NOT_FOUND"))
        with self.assertRaises(NotFoundError):
            list(client.generations.events(ID))
        self.assertEqual(len(server.streamed), 1)

        server.streams = [ok({})]
        with self.assertRaises(UnexpectedResponseError):
            list(client.generations.events(ID))

    def test_waits_as_long_as_a_busy_server_says(self) -> None:
        server, client = self.client(refusal(429, "RATE_LIMITED", Retry_After="0"), events(COMPLETED))
        self.assertEqual([state.version for state in client.generations.events(ID)], [3])

    def test_a_store_has_its_try_ons_and_its_balance(self) -> None:
        server, client = self.client(events(PROCESSING, COMPLETED, balance=49), events(QUEUED, whole=False), refusal(403, "X"))
        told = list(client.store.events())
        self.assertEqual([event.balance for event in told], [None, None, 49])
        self.assertEqual([event.generation and event.generation.version for event in told], [2, 3, None])
        (request,) = server.streamed
        self.assertEqual(request.path, "/api/v1/events")
        with self.assertRaises(WearOnConnectionError):
            list(client.store.events())
        with self.assertRaises(PermissionDeniedError):
            list(client.store.events())

    def test_ends_at_its_time_limit(self) -> None:
        _, client = self.client(silent)
        with self.assertRaises(WearOnTimeoutError) as caught:
            list(client.generations.events(ID, timeout=0.3))
        self.assertEqual(caught.exception.session_id, ID)

    def test_can_be_left_early(self) -> None:
        server, client = self.client(events(QUEUED, PROCESSING, COMPLETED), events(PROCESSING))
        with contextlib.closing(client.generations.events(ID)) as states:  # type: ignore[type-var]
            self.assertEqual(next(states).version, 1)
        self.assertEqual(next(client.generations.events(ID, after=1)).version, 2)

    def test_a_wait_reads_the_try_on_once(self) -> None:
        server, client = self.client(events(QUEUED, PROCESSING), events(COMPLETED))
        result = client.generations.wait(ID)
        self.assertEqual(result.generated_image_url, "http://pictures/result")
        self.assertEqual(len(server.requests), 1)
        self.assertEqual(self.last_ids(server), [None, "2"])

    def test_a_wait_without_a_stream_reads_again_and_again(self) -> None:
        for step in (refusal(429, "RATE_LIMITED", Retry_After="60"), refusal(404, "NOT_FOUND"), ok({}), raw(b"")):
            server, client = self.client(step, step)
            self.assertEqual(client.generations.wait(ID, timeout=30).status, "completed")
            self.assertEqual(len(server.requests), 1)

    def test_a_wait_for_a_failed_try_on_is_an_error(self) -> None:
        failed = generation("failed", error_code="MODERATION", error_message="No.", credits_refunded=1, version=3)
        _, client = self.client(events(QUEUED, failed), reads=ok(failed))
        with self.assertRaises(TryOnFailedError):
            client.generations.wait(ID)

    def test_reads_events_in_any_parts(self) -> None:
        text = ": hello\r\nid: 1\r\nevent: a\r\ndata: ä\r\ndata:b\r\n\r\nid: 2\n\ndata: c\n\nevent: cut\ndata: d\n".encode()
        for size in (1, 3, len(text)):
            parts = [text[start : start + size] for start in range(0, len(text), size)]
            self.assertEqual(list(events_of(parts)), [Event("a", "ä\nb"), Event("message", "c")])
        for large in (b"data: " + bytes(600_000), b"data: " + bytes(600_000) + b"\n"):
            with self.assertRaises(UnexpectedResponseError):
                list(events_of([large] * 2))


if __name__ == "__main__":
    unittest.main()
