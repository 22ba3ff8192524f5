"""Reads the bytes of a picture, with a limit, and finds their type."""

from __future__ import annotations

import os
from typing import BinaryIO, Union

from .errors import InvalidRequestError

#: The bytes, the path of a file, or an open binary file.
PictureSource = Union[bytes, bytearray, memoryview, str, "os.PathLike[str]", BinaryIO]

MAX_BYTES = 10 * 1024 * 1024

_BRANDS = {b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heif", b"avif": "image/avif"}


def read(source: object) -> bytes:
    if isinstance(source, (bytes, bytearray, memoryview)):
        data = bytes(source)
    elif isinstance(source, (str, os.PathLike)):
        with open(source, "rb") as file:
            data = _read_file(file)
    else:
        data = _read_file(source)
    if not data:
        raise InvalidRequestError("The picture is empty.", code="VALIDATION_ERROR")
    if len(data) > MAX_BYTES:
        raise InvalidRequestError("The picture is larger than 10 MiB.", code="PAYLOAD_TOO_LARGE")
    return data


def _read_file(file: object) -> bytes:
    read_some = getattr(file, "read", None)
    if read_some is None:
        raise InvalidRequestError("A picture must be bytes, a path, a binary file or a URL.", code="VALIDATION_ERROR")
    parts = []
    missing = MAX_BYTES + 1
    while missing > 0:  # an unbuffered file may return less than asked for
        part = read_some(missing)
        if not isinstance(part, bytes):
            raise InvalidRequestError("The file of a picture must be open in binary mode.", code="VALIDATION_ERROR")
        if not part:
            break
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def content_type(data: bytes) -> str:
    """
    The type that the first bytes say; a file name may be wrong. Types that WearOn does not accept are named too, as the
    server decides which it accepts.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "application/octet-stream")
    return "application/octet-stream"
