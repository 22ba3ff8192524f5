from __future__ import annotations

import shutil
import ssl
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from wearon import Client, WearOnConnectionError, WearOnTimeoutError

from .server import KEY, Handler, Server, Step, ok

BALANCE = ok({"balance": 1, "total_purchased": 2, "total_spent": 1})


def silent(handler: Handler) -> None:
    handler.server.released.wait(10)
    handler.close_connection = True


@unittest.skipUnless(shutil.which("openssl"), "needs openssl to make a certificate")
class TlsTest(unittest.TestCase):
    folder: "tempfile.TemporaryDirectory[str]"
    server_context: ssl.SSLContext
    trusting: ssl.SSLContext

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        certificate, key = Path(cls.folder.name, "certificate.pem"), Path(cls.folder.name, "key.pem")
        command = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=127.0.0.1"
        command += " -addext subjectAltName=IP:127.0.0.1"
        subprocess.run(
            [*command.split(), "-keyout", str(key), "-out", str(certificate)],
            check=True,
            stderr=subprocess.DEVNULL,
            timeout=60,
        )
        cls.server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        cls.server_context.load_cert_chain(certificate, key)
        cls.trusting = ssl.create_default_context(cafile=str(certificate))

    @classmethod
    def tearDownClass(cls) -> None:
        cls.folder.cleanup()

    def server(self, step: Step = BALANCE) -> "tuple[Server, str]":
        server = Server(step, tls=self.server_context)
        self.addCleanup(server.__exit__, None, None, None)
        return server, server.url.replace("http:", "https:")

    def test_uses_a_connection_again(self) -> None:
        server, url = self.server()
        with Client(KEY, url, ssl_context=self.trusting) as client:
            for _ in range(4):
                self.assertEqual(client.credits.balance().balance, 1)
        self.assertLessEqual(len({request.peer for request in server.requests}), 2)

    def test_the_timeout_holds(self) -> None:
        _, url = self.server(silent)
        start = time.monotonic()
        with Client(KEY, url, ssl_context=self.trusting, timeout=0.5) as client:
            with self.assertRaises(WearOnTimeoutError):
                client.credits.balance()
        self.assertLess(time.monotonic() - start, 8)

    def test_an_unknown_certificate_is_refused_without_a_repeat(self) -> None:
        server, url = self.server()
        with Client(KEY, url) as client, self.assertRaisesRegex(WearOnConnectionError, "(?i)certificate"):
            client.credits.balance()
        self.assertEqual((server.connections, server.requests), (1, []))
