from __future__ import annotations

import base64
import hashlib
import hmac
import unittest
from typing import Any, Dict

from wearon import WebhookVerificationError, webhooks

# The values of the reference libraries of Standard Webhooks.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
TIME = 1614265330
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
OTHER = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="


def headers(signature: str = SIGNATURE, time: str = str(TIME)) -> Dict[str, str]:
    return {"Webhook-Id": ID, "webhook-timestamp": time, "WEBHOOK-SIGNATURE": signature, "Host": "x"}


def sign(body: bytes, time: int = TIME) -> str:
    key = base64.b64decode(SECRET[6:])
    digest = hmac.new(key, f"{ID}.{time}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


class WebhooksTest(unittest.TestCase):
    def verify(self, body: Any = BODY, **options: Any) -> Any:
        values: Any = {"headers": headers(), "secret": SECRET, "now": TIME, **options}
        return webhooks.verify(body, values.pop("headers"), values.pop("secret"), **values)

    def test_accepts_the_reference_vector(self) -> None:
        self.assertEqual(self.verify(), {"test": 2432232314})
        self.assertEqual(self.verify(BODY.decode()), {"test": 2432232314})
        self.assertEqual(self.verify(secret=SECRET[6:]), {"test": 2432232314})

    def test_one_of_several_signatures_is_enough(self) -> None:
        several = f"{OTHER} v2,{SIGNATURE[3:]} v1a,abc {SIGNATURE} {OTHER}"
        self.assertEqual(self.verify(headers=headers(several)), {"test": 2432232314})

    def test_refuses_other_signatures(self) -> None:
        one_letter_changed = SIGNATURE[:-2] + "A="
        other_version = "v2," + SIGNATURE[3:]
        for signature in (one_letter_changed, other_version, SIGNATURE[3:], "v1,", "v1,ä", " ".join([OTHER] * 50)):
            with self.subTest(signature=signature[:40]), self.assertRaises(WebhookVerificationError):
                self.verify(headers=headers(signature))

    def test_reads_twenty_signatures(self) -> None:
        self.verify(headers=headers(" ".join([OTHER] * 19 + [SIGNATURE])))
        with self.assertRaises(WebhookVerificationError) as caught:
            self.verify(headers=headers(" ".join([OTHER] * 20 + [SIGNATURE])))
        self.assertEqual(caught.exception.code, "WEBHOOK_INVALID")

    def test_refuses_a_changed_body_id_time_and_secret(self) -> None:
        with self.assertRaises(WebhookVerificationError):
            self.verify(BODY + b" ")
        with self.assertRaises(WebhookVerificationError):
            self.verify(headers={**headers(), "Webhook-Id": ID + "x"})
        with self.assertRaises(WebhookVerificationError):
            self.verify(headers=headers(time=str(TIME + 1)))
        with self.assertRaises(WebhookVerificationError):
            self.verify(secret="whsec_" + base64.b64encode(bytes(24)).decode())

    def test_refuses_messages_older_or_newer_than_five_minutes(self) -> None:
        for now in (TIME - 300, TIME + 300):
            self.verify(now=now)
        for now in (TIME - 301, TIME + 301):
            with self.assertRaises(WebhookVerificationError):
                self.verify(now=now)
        with self.assertRaises(WebhookVerificationError):
            webhooks.verify(BODY, headers(), SECRET)  # the clock of the machine

    def test_refuses_missing_double_and_malformed_headers(self) -> None:
        for name in headers():
            if name != "Host":
                with self.assertRaises(WebhookVerificationError):
                    self.verify(headers={key: value for key, value in headers().items() if key != name})
        with self.assertRaises(WebhookVerificationError):
            self.verify(headers={**headers(), "webhook-id": ID})
        for time in ("hello", "1614265330.0", "-1", "١٦", " 1614265330", "9" * 400):
            with self.assertRaises(WebhookVerificationError):
                self.verify(headers=headers(time=time))

    def test_refuses_a_signed_body_that_is_no_object(self) -> None:
        for body in (b"[]", b"1", b"\xff", b"[" * 100_000):
            with self.assertRaises(WebhookVerificationError):
                self.verify(body, headers=headers(sign(body)))

    def test_a_wrong_secret_is_a_fault_of_the_receiver(self) -> None:
        for secret in ("", "whsec_", "whsec_short", "whsec_!!!" + SECRET[6:], "ä"):
            with self.subTest(secret=secret), self.assertRaises(ValueError) as caught:
                self.verify(secret=secret)
            self.assertNotIsInstance(caught.exception, WebhookVerificationError)
