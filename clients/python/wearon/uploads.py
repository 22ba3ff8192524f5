"""``client.uploads`` and ``client.downloads``: pictures in and out."""

from __future__ import annotations

import json
from typing import List, Optional, Sequence, Tuple, Union

from . import _pictures
from ._connections import Deadline
from ._fields import Fields
from ._pictures import PictureSource
from ._transport import UPLOAD_SECONDS, Transport, read_json
from .errors import InvalidRequestError, UnexpectedResponseError
from .models import Download, Generation, UploadedPicture

_DOWNLOAD_LIMIT = 32 * 1024 * 1024
_ANSWER_LIMIT = 64 * 1024


class Uploads:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def put(self, picture: PictureSource, *, timeout: Optional[float] = None) -> UploadedPicture:
        """Uploads a JPEG, PNG or WebP picture of at most 10 MiB."""
        return self.put_all([picture], timeout=timeout)[0]

    def put_all(self, pictures: Sequence[PictureSource], *, timeout: Optional[float] = None) -> List[UploadedPicture]:
        """Uploads up to ten pictures. They count as one request against the rate limit."""
        deadline = self._transport.deadline(timeout, UPLOAD_SECONDS)
        return self._put_all([_pictures.read(picture) for picture in pictures], deadline)

    def _put_all(self, pictures: Sequence[bytes], deadline: Deadline) -> List[UploadedPicture]:
        if not 1 <= len(pictures) <= 10:
            raise InvalidRequestError("One call uploads 1 to 10 pictures.", code="VALIDATION_ERROR")
        types = [_pictures.content_type(data) for data in pictures]
        files = [
            {"file_name": f"picture-{position}", "content_type": content_type, "size": len(data)}
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
