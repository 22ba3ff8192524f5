"""Where a store receives webhooks."""

from __future__ import annotations

import unittest
from datetime import datetime, timezone

from wearon import Client, ConflictError

from .server import KEY, Server, Step, ok, refusal

PATH = "/api/v1/webhook-endpoints"
ID = "0193c0de-0000-7000-8000-0000000000e1"
MESSAGE = "0193c0de-0000-7000-8000-0000000000f1"
SECRET = "whsec_" + "A" * 43 + "="
URL = "https://shop.example/hooks/a-secret"
TIME = "2026-12-02T10:00:00Z"
ENDPOINT = {
    "endpoint_id": ID,
    "url": URL,
    "event_types": ["generation.failed"],
    "enabled": True,
    "disabled_reason": None,
    "previous_secret_expires_at": None,
    "created_at": TIME,
    "updated_at": TIME,
}


def attempt(outcome: str) -> "dict[str, object]":
    return {
        "attempt_id": ID,
        "message_id": MESSAGE,
        "type": "generation.failed",
        "attempted_at": TIME,
        "outcome": outcome,
        "status": 500 if outcome == "refused" else None,
        "duration_ms": 84,
        "response": "no" if outcome == "refused" else None,
    }


class WebhookEndpointsTest(unittest.TestCase):
    def client(self, *steps: Step) -> "tuple[Server, Client]":
        server = Server(*steps)
        self.addCleanup(server.__exit__, None, None, None)
        client = Client(KEY, server.url, max_retries=0)
        self.addCleanup(client.close)
        return server, client

    def test_creates_and_rotates_without_showing_the_secret_in_a_repr(self) -> None:
        made = {"endpoint_id": ID, "url": URL, "event_types": [], "enabled": True, "secret": SECRET, "created_at": TIME}
        rotated = {"endpoint_id": ID, "secret": SECRET, "previous_secret_expires_at": TIME}
        server, client = self.client(ok(made, 201), ok(rotated), ok({**rotated, "previous_secret_expires_at": None}))
        created = client.webhook_endpoints.create(URL)
        self.assertEqual((created.id, created.secret), (ID, SECRET))
        rotation = client.webhook_endpoints.rotate_secret(ID)
        self.assertEqual(rotation.secret, SECRET)
        self.assertIsNone(client.webhook_endpoints.rotate_secret(ID, overlap_seconds=0).previous_secret_expires_at)
        for shown in (repr(created), repr(rotation)):
            self.assertNotIn("whsec_", shown)
            self.assertNotIn("a-secret", shown)
        self.assertEqual(
            [(request.method, request.path, request.json()) for request in server.requests],
            [
                ("POST", PATH, {"url": URL, "event_types": []}),
                ("POST", f"{PATH}/{ID}/rotate-secret", {}),
                ("POST", f"{PATH}/{ID}/rotate-secret", {"overlap_seconds": 0}),
            ],
        )

    def test_reads_changes_and_deletes(self) -> None:
        server, client = self.client(
            ok({"endpoints": [ENDPOINT]}), ok(ENDPOINT), ok(ENDPOINT), ok(ENDPOINT), ok({"endpoint_id": ID})
        )
        (endpoint,) = client.webhook_endpoints.list()
        self.assertEqual((endpoint.event_types, endpoint.created_at.year), (("generation.failed",), 2026))
        self.assertNotIn("a-secret", repr(endpoint))
        self.assertEqual(client.webhook_endpoints.get(ID), endpoint)
        client.webhook_endpoints.change(ID, enabled=False)
        client.webhook_endpoints.change(ID, url=URL, event_types=[])
        client.webhook_endpoints.delete("a/../b")
        self.assertEqual(
            [f"{request.method} {request.path}" for request in server.requests],
            [f"GET {PATH}", f"GET {PATH}/{ID}", f"PATCH {PATH}/{ID}", f"PATCH {PATH}/{ID}", f"DELETE {PATH}/a%2F..%2Fb"],
        )
        self.assertEqual(
            [request.json() for request in server.requests[2:4]], [{"enabled": False}, {"url": URL, "event_types": []}]
        )

    def test_reads_all_pages_of_attempts(self) -> None:
        server, client = self.client(
            ok({"attempts": [attempt("delivered")], "next_cursor": "c"}),
            ok({"attempts": [attempt("refused")], "next_cursor": None}),
        )
        newest, oldest = client.webhook_endpoints.attempts(ID)
        self.assertEqual((newest.outcome, newest.status), ("delivered", None))
        self.assertEqual((oldest.outcome, oldest.status, oldest.response), ("refused", 500, "no"))
        self.assertEqual(
            [request.path for request in server.requests],
            [f"{PATH}/{ID}/attempts?limit=100", f"{PATH}/{ID}/attempts?limit=100&cursor=c"],
        )

    def test_sends_again(self) -> None:
        server, client = self.client(
            ok({"message_id": MESSAGE}), ok({"message_id": MESSAGE}), ok({"replayed": 1000, "next_since": TIME})
        )
        self.assertEqual(client.webhook_endpoints.test(ID), MESSAGE)
        client.webhook_endpoints.resend(ID, MESSAGE)
        replayed = client.webhook_endpoints.replay(ID, since=datetime(2026, 12, 1))
        self.assertEqual(replayed.next_since, datetime(2026, 12, 2, 10, tzinfo=timezone.utc))
        self.assertEqual(
            [f"{request.method} {request.path}" for request in server.requests],
            [f"POST {PATH}/{ID}/test", f"POST {PATH}/{ID}/messages/{MESSAGE}/resend", f"POST {PATH}/{ID}/replay"],
        )
        self.assertEqual(
            server.requests[2].json(), {"since": "2026-12-01T00:00:00+00:00", "include_delivered": False}
        )

    def test_a_url_that_the_store_has_already_is_a_conflict(self) -> None:
        _, client = self.client(refusal(409, "ENDPOINT_EXISTS"))
        with self.assertRaises(ConflictError) as caught:
            client.webhook_endpoints.create(URL)
        self.assertEqual(caught.exception.code, "ENDPOINT_EXISTS")
