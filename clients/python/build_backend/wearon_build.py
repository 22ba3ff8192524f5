"""Builds the package with the standard library alone (PEP 517). setuptools would have to be downloaded first."""

import base64
import hashlib
import io
import re
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROJECT = dict(re.findall(r'^([a-z-]+) = "([^"]*)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE))
NAME = f"{PROJECT['name']}-{PROJECT['version']}"
METADATA = (
    f"Metadata-Version: 2.4\nName: {PROJECT['name']}\nVersion: {PROJECT['version']}\n"
    f"Summary: {PROJECT['description']}\nRequires-Python: {PROJECT['requires-python']}\n"
    f"License-Expression: {PROJECT['license']}\nLicense-File: LICENSE\nLicense-File: NOTICE\n"
    "Description-Content-Type: text/markdown\n\n"
) + (ROOT / PROJECT["readme"]).read_text("utf-8")
WHEEL = "Wheel-Version: 1.0\nGenerator: wearon_build\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def _files(*patterns):
    found = {path for pattern in patterns for path in ROOT.glob(pattern) if "__pycache__" not in path.parts}
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in sorted(found) if path.is_file()}


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    info = f"{NAME}.dist-info/"
    files = _files("wearon/*.py", "wearon/py.typed")
    files.update({f"{info}licenses/{name}": content for name, content in _files("LICENSE", "NOTICE").items()})
    files.update({f"{info}METADATA": METADATA.encode("utf-8"), f"{info}WHEEL": WHEEL.encode("utf-8")})
    record = "".join(f"{name},{_hash(content)},{len(content)}\n" for name, content in files.items())
    files[f"{info}RECORD"] = f"{record}{info}RECORD,,\n".encode("utf-8")
    wheel = f"{NAME}-py3-none-any.whl"
    with zipfile.ZipFile(Path(wheel_directory, wheel), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)  # with a fixed time, so that the same sources give the same file
            entry.external_attr, entry.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return wheel


def build_sdist(sdist_directory, config_settings=None):
    files = _files("pyproject.toml", "README.md", "LICENSE", "NOTICE", "build_backend/*.py", "wearon/*", "tests/**/*")
    files["PKG-INFO"] = METADATA.encode("utf-8")
    with tarfile.open(Path(sdist_directory, f"{NAME}.tar.gz"), "w:gz", format=tarfile.PAX_FORMAT) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"{NAME}/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return f"{NAME}.tar.gz"


def _hash(content):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode("ascii")
