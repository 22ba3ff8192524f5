"""``client.uploads`` and ``client.downloads``: pictures in and out."""

from __future__ import annotations

import json
from typing import Iterator, List, Optional, Sequence, Tuple, Union
from urllib.parse import quote

from . import _pictures
from ._connections import Deadline
from ._fields import Fields
from ._pages import entries
from ._pictures import PictureSource
from ._transport import UPLOAD_SECONDS, Transport, read_json
from .errors import InvalidRequestError, UnexpectedResponseError
from .models import Download, Generation, ImportedPicture, KeptPicture, UploadedPicture

_DOWNLOAD_LIMIT = 32 * 1024 * 1024
_ANSWER_LIMIT = 64 * 1024

#: Longer than the gateway waits for an import.
_IMPORT_SECONDS = 30.0


class Uploads:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def put(
        self, picture: PictureSource, *, keep: bool = False, timeout: Optional[float] = None
    ) -> UploadedPicture:
        """
        Uploads a JPEG, PNG or WebP picture of at most 10 MiB. With ``keep`` it lives until it is deleted, and is never the
        person of a try-on; the key needs the scope ``images:keep``.
        """
        return self.put_all([picture], keep=keep, timeout=timeout)[0]

    def put_all(
        self, pictures: Sequence[PictureSource], *, keep: bool = False, timeout: Optional[float] = None
    ) -> List[UploadedPicture]:
        """Uploads up to ten pictures. They count as one request against the rate limit."""
        deadline = self._transport.deadline(timeout, UPLOAD_SECONDS)
        return self._put_all([_pictures.read(picture) for picture in pictures], deadline, keep=keep)

    def import_url(self, url: str, *, timeout: Optional[float] = None) -> ImportedPicture:
        """
        Lets WearOn fetch a picture from a host that the operator allowed for the store. The same URL is the same picture for
        an hour.
        """
        data, _ = self._transport.call(
            "POST",
            "/api/v1/storage/imports",
            self._transport.deadline(timeout),
            body=json.dumps({"url": url}),
            attempt_seconds=_IMPORT_SECONDS,
        )
        return ImportedPicture._of(data)

    def kept(self, *, timeout: Optional[float] = None) -> Iterator[KeptPicture]:
        """The kept pictures, newest first. A page is one request, made when it is needed; ``timeout`` is for a page."""
        pages = entries(self._transport, "/api/v1/storage/objects", "objects", {"kept": "true", "limit": "100"}, timeout=timeout)
        return map(KeptPicture._of, pages)

    def delete(self, picture: Union[KeptPicture, UploadedPicture, str], *, timeout: Optional[float] = None) -> None:
        """
        Deletes a kept picture, or the one with this name. Raises NotFoundError if there is none, also if an attempt whose
        response was lost has deleted it.
        """
        name = picture if isinstance(picture, str) else picture.path.rsplit("/", 1)[-1]
        self._transport.call(
            "DELETE", "/api/v1/storage/objects/" + quote(name, safe=""), self._transport.deadline(timeout)
        )

    def _put_all(self, pictures: Sequence[bytes], deadline: Deadline, *, keep: bool = False) -> List[UploadedPicture]:
        if not 1 <= len(pictures) <= 10:
            raise InvalidRequestError("One call uploads 1 to 10 pictures.", code="VALIDATION_ERROR")
        types = [_pictures.content_type(data) for data in pictures]
        files = [
            {
                "file_name": f"picture-{position}",
                "content_type": content_type,
                "size": len(data),
                **({"keep": True} if keep else {}),
            }
            for position, (data, content_type) in enumerate(zip(pictures, types))
        ]
        data, _ = self._transport.call(
            "POST", "/api/v1/storage/uploads", deadline, body=json.dumps({"files": files})
        )
        uploads = data.objects("uploads")
        if len(uploads) != len(pictures):
            raise UnexpectedResponseError(
                "The response has another number of uploads than the request.", code="UNEXPECTED_RESPONSE"
            )
        return [self._put(upload, picture, deadline) for upload, picture in zip(uploads, pictures)]

    def _put(self, upload: Fields, picture: bytes, deadline: Deadline) -> UploadedPicture:
        # A repeat is safe: the same bytes under the same URL get the first answer again.
        answer = self._transport.transfer(
            "PUT", upload.text("upload_url"), deadline, upload.text_map("headers"), picture, _ANSWER_LIMIT
        )
        if Fields(read_json(answer), "answer to the upload").integer("size") != len(picture):
            raise UnexpectedResponseError(
                "The server stored another number of bytes than were sent.", code="UNEXPECTED_RESPONSE"
            )
        return UploadedPicture(upload.text("path"), upload.text("image_url"), len(picture))


class Downloads:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(
        self, source: Union[Generation, UploadedPicture, Download, str], *, timeout: Optional[float] = None
    ) -> bytes:
        """The bytes of a picture: the result of a generation, an uploaded picture, or a signed URL."""
        if isinstance(source, Generation):
            url = source.generated_image_url
        elif isinstance(source, UploadedPicture):
            url = source.image_url
        else:
            url = source.url if isinstance(source, Download) else source
        if url is None:
            raise InvalidRequestError("There is no picture to download.", code="NOT_FOUND")
        return self._transport.transfer(
            "GET", url, self._transport.deadline(timeout), {}, None, _DOWNLOAD_LIMIT
        ).body

    def sign(self, paths: Sequence[str], *, timeout: Optional[float] = None) -> Tuple[Download, ...]:
        """New signed URLs for up to 100 paths of pictures, in the order of the paths."""
        data, _ = self._transport.call(
            "POST",
            "/api/v1/storage/downloads",
            self._transport.deadline(timeout),
            body=json.dumps({"paths": list(paths)}),
        )
        return tuple(Download._of(download) for download in data.objects("downloads"))
