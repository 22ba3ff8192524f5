"""The client of the WearOn API."""

from __future__ import annotations

import ssl
from types import TracebackType
from typing import Optional, Sequence, Type, Union

from . import _pictures
from ._connections import Deadline
from ._pictures import PictureSource
from ._transport import Transport
from .credits import Credits
from .errors import InvalidRequestError, TryOnFailedError, WearOnError
from .generations import WAIT_SECONDS, CreatedGeneration, Generations, StoredPicture, require_age
from .models import Generation, Health, UploadedPicture
from .purchases import Purchases
from .store import Store
from .uploads import Downloads, Uploads
from .webhook_endpoints import WebhookEndpoints

#: Something to upload, or a picture that is already uploaded (a text that starts with http:// or https:// is a URL).
Picture = Union[PictureSource, UploadedPicture]


class Client:
    """
    Calls the API with the key of a store. Thread safe: use one client for the whole program, and close it at the end.

    ``timeout`` is the time limit in seconds of one call, with all its repeats: by default 90, for uploads 300. ``wait``
    and ``try_on`` have their own limit, 660.

    ``max_retries`` is how often a call is
    repeated after a lost response, a 429, 502, 503, 504, or once after a 500.
    ``ssl_context`` is for a server with a private certificate.
    """

    def __init__(
        self,
        api_key: str,
        base_url: str,
        *,
        timeout: Optional[float] = None,
        max_retries: int = 2,
        ssl_context: Optional[ssl.SSLContext] = None,
    ) -> None:
        self._transport = Transport(api_key, base_url, timeout, max_retries, ssl_context)
        self.uploads = Uploads(self._transport)
        self.downloads = Downloads(self._transport)
        self.generations = Generations(self._transport)
        self.credits = Credits(self._transport)
        self.purchases = Purchases(self._transport)
        self.store = Store(self._transport)
        self.webhook_endpoints = WebhookEndpoints(self._transport)

    def try_on(
        self,
        *,
        person: Picture,
        garment: Picture,
        accessories: Sequence[Picture] = (),
        age_verified: bool,
        prompt: Optional[str] = None,
        garment_type: Optional[str] = None,
        deadline_seconds: Optional[int] = None,
        shopper_email: Optional[str] = None,
        idempotency_key: Optional[str] = None,
        timeout: float = WAIT_SECONDS,
    ) -> Generation:
        """
        Uploads the pictures, starts a try-on, waits, and returns it completed. ``timeout`` is for all of it.

        Raises TryOnFailedError if it failed; its credit comes back. Raises WearOnTimeoutError if it takes too long: the
        try-on continues, and ``generations.wait(error.session_id)`` waits for it again.

        After a connection error or a 5xx the try-on may exist. A repeat with ``error.pictures`` and
        ``error.idempotency_key`` is charged once; with the files it would upload anew, and be another try-on.
        """
        deadline = Deadline(timeout)
        require_age(age_verified)
        pictures = self._stored([person, garment, *accessories], deadline)
        created: Optional[CreatedGeneration] = None
        try:
            created = self.generations._create(
                person=pictures[0],
                garment=pictures[1],
                accessories=pictures[2:],
                age_verified=age_verified,
                prompt=prompt,
                garment_type=garment_type,
                deadline_seconds=deadline_seconds,
                shopper_email=shopper_email,
                idempotency_key=idempotency_key,
                deadline=deadline,
            )
            return self.generations._wait(created.id, deadline)
        except WearOnError as error:
            error.pictures = tuple(pictures)
            if created is not None:
                error.session_id = error.session_id or created.id
                if not isinstance(error, TryOnFailedError):  # a repeat after a failure must be a new try-on
                    error.idempotency_key = created.idempotency_key
            raise

    def health(self, *, timeout: Optional[float] = None) -> Health:
        """Checks whether the API key is valid."""
        data, _ = self._transport.call("GET", "/api/v1/health", self._transport.deadline(timeout))
        return Health._of(data)

    def close(self) -> None:
        """Closes the idle connections. The client cannot be used afterwards."""
        self._transport.close()

    def _stored(self, pictures: Sequence[Picture], deadline: Deadline) -> "list[StoredPicture]":
        if len(pictures) > 10:
            raise InvalidRequestError("A try-on has at most 10 pictures.", code="VALIDATION_ERROR")
        new = {
            position: _pictures.read(picture) for position, picture in enumerate(pictures) if not _is_stored(picture)
        }
        uploaded = self.uploads._put_all(list(new.values()), deadline) if new else []
        stored = dict(zip(new, uploaded))
        return [stored.get(position) or picture for position, picture in enumerate(pictures)]  # type: ignore[misc]

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client(base_url={self._transport.base_url!r})"


def _is_stored(picture: Picture) -> bool:
    return isinstance(picture, UploadedPicture) or (
        isinstance(picture, str) and picture.startswith(("http://", "https://"))
    )
