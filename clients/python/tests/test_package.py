from __future__ import annotations

import base64
import hashlib
import importlib.util
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile
from pathlib import Path
from typing import Any

import wearon

ROOT = Path(__file__).resolve().parents[1]


def backend() -> Any:
    spec = importlib.util.spec_from_file_location("wearon_build", ROOT / "build_backend" / "wearon_build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class PackageTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_the_wheel_has_the_version_the_licence_and_the_hashes(self) -> None:
        name = backend().build_wheel(self.folder)
        info = f"wearon-{wearon.__version__}.dist-info/"
        self.assertEqual(name, f"wearon-{wearon.__version__}-py3-none-any.whl")
        with zipfile.ZipFile(self.folder / name) as wheel:
            names = set(wheel.namelist())
            self.assertTrue({"wearon/py.typed", f"{info}licenses/LICENSE", "wearon/client.py"} <= names)
            self.assertIn("License-Expression: Apache-2.0\n", wheel.read(info + "METADATA").decode())
            rows = [row.split(",") for row in wheel.read(info + "RECORD").decode().splitlines()]
            self.assertEqual({row[0] for row in rows}, names)
            for path, digest, size in rows[:-1]:
                content = wheel.read(path)
                expected = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
                self.assertEqual((digest, size), ("sha256=" + expected, str(len(content))))

    def test_the_same_sources_give_the_same_wheel(self) -> None:
        self.folder.joinpath("2").mkdir()
        name = backend().build_wheel(self.folder)
        backend().build_wheel(self.folder / "2")
        self.assertEqual((self.folder / name).read_bytes(), (self.folder / "2" / name).read_bytes())

    def test_the_source_distribution_can_be_built_again(self) -> None:
        name = backend().build_sdist(self.folder)
        with tarfile.open(self.folder / name) as archive:
            names = {entry.split("/", 1)[1] for entry in archive.getnames()}
        self.assertTrue({"PKG-INFO", "pyproject.toml", "build_backend/wearon_build.py", "wearon/py.typed"} <= names)
        self.assertFalse([entry for entry in names if "__pycache__" in entry])

    @unittest.skipUnless(importlib.util.find_spec("pip"), "needs pip")
    def test_pip_installs_the_folder_without_a_network(self) -> None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--disable-pip-version-check"]
        subprocess.run([*pip, "--target", str(self.folder), str(ROOT)], check=True, timeout=120, stderr=subprocess.PIPE)
        command = [sys.executable, "-c", "import wearon; print(wearon.__file__)"]
        environment = {"PYTHONPATH": str(self.folder)}
        printed = subprocess.run(
            command, check=True, timeout=60, cwd=self.folder, env=environment, stdout=subprocess.PIPE
        )
        self.assertEqual(Path(printed.stdout.decode().strip()).parent.resolve(), (self.folder / "wearon").resolve())
