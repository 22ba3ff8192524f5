"""``client.generations``: starts try-ons and reads them."""

from __future__ import annotations

import contextlib
import json
import logging
import random
import re
import time
import uuid
from typing import Any, Dict, Iterator, Optional, Sequence, Union
from urllib.parse import quote

from ._connections import Deadline
from ._fields import Moment, moment
from ._pages import entries
from ._repeats import may_repeat, pause_before
from ._transport import JSON_ATTEMPT_SECONDS, Transport
from .errors import (
    InvalidRequestError,
    PermissionDeniedError,
    ServerError,
    TryOnFailedError,
    WearOnConnectionError,
    WearOnError,
    WearOnTimeoutError,
)
from .models import Generation, ListedGeneration, Receipt, UploadedPicture, Usage

logger = logging.getLogger("wearon")

#: A picture that is already in the storage of WearOn.
StoredPicture = Union[UploadedPicture, str]

#: The service ends every try-on after at most 10 minutes.
WAIT_SECONDS = 660.0
_FIRST_POLL = 0.5
_SLOWEST_POLL = 2.0
_REFUND_POLLS = 4


class CreatedGeneration:
    """The answer to a create. Keep ``id`` before you wait, so that the try-on can be found again."""

    def __init__(self, generations: "Generations", id: str, status: str, idempotency_key: str, replayed: bool) -> None:
        self._generations = generations
        self.id = id
        #: The status at the time of the create.
        self.status = status
        self.idempotency_key = idempotency_key
        #: Whether an earlier request with the same key created it.
        self.replayed = replayed

    def wait(self, *, timeout: float = WAIT_SECONDS) -> Generation:
        """See ``Generations.wait``."""
        return self._generations.wait(self.id, timeout=timeout)

    def events(self, *, timeout: float = WAIT_SECONDS) -> Iterator[Generation]:
        """See ``Generations.events``."""
        return self._generations.events(self.id, timeout=timeout)

    def get(self, *, wait: Optional[int] = None) -> Generation:
        """See ``Generations.get``."""
        return self._generations.get(self.id, wait=wait)

    def cancel(self) -> Generation:
        """See ``Generations.cancel``."""
        return self._generations.cancel(self.id)

    def __repr__(self) -> str:
        return f"CreatedGeneration(id={self.id!r}, status={self.status!r}, replayed={self.replayed})"


class Generations:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        *,
        person: StoredPicture,
        garment: StoredPicture,
        accessories: Sequence[StoredPicture] = (),
        age_verified: bool,
        prompt: Optional[str] = None,
        garment_type: Optional[str] = None,
        deadline_seconds: Optional[int] = None,
        shopper_email: Optional[str] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> CreatedGeneration:
        """
        Starts a try-on of uploaded pictures, and charges one credit. ``age_verified`` must be True: it says that the
        shopper has confirmed an age of 13 or older. ``garment_type`` is ``upper``, ``lower`` or ``dress``. A
        try-on that is unfinished after ``deadline_seconds`` (1 to 3600) fails, and its credit comes back.

        All repeats have the same idempotency key, so the try-on is charged once. If the call fails with a connection
        error or a 5xx, the try-on may exist: call again with ``error.idempotency_key`` and the same arguments.
        """
        return self._create(
            person=person,
            garment=garment,
            accessories=accessories,
            age_verified=age_verified,
            prompt=prompt,
            garment_type=garment_type,
            deadline_seconds=deadline_seconds,
            shopper_email=shopper_email,
            idempotency_key=idempotency_key,
            deadline=self._transport.deadline(timeout),
        )

    def get(self, id: str, *, wait: Optional[int] = None, timeout: Optional[float] = None) -> Generation:
        """
        The state of a try-on now. A failed try-on is no error here. With ``wait`` (1 to 25 seconds) the answer comes when the
        try-on has ended, or after this time.
        """
        return self._get(id, self._transport.deadline(timeout), wait)

    def cancel(self, id: str, *, timeout: Optional[float] = None) -> Generation:
        """
        Ends a try-on that is not finished; its credit comes back. A finished one stays as it is. Returns the try-on as
        it is now.
        """
        path = "/api/v1/generation/" + quote(id, safe="") + "/cancel"
        data, _ = self._transport.call("POST", path, self._transport.deadline(timeout))
        return Generation._of(data)

    def receipt(self, id: str, *, timeout: Optional[float] = None) -> Receipt:
        """What a try-on cost, computed from the ledger at this call."""
        path = "/api/v1/generation/" + quote(id, safe="") + "/receipt"
        data, _ = self._transport.call("GET", path, self._transport.deadline(timeout))
        return Receipt._of(data)

    def events(self, id: str, *, after: Optional[int] = None, timeout: float = WAIT_SECONDS) -> Iterator[Generation]:
        """
        The present state of a try-on, and then each new one, up to the last. A failed try-on is no error here. ``after`` is
        the ``version`` of a state that you have: the iterator begins with the next one, if there is any. It connects again
        when a connection breaks. After ``timeout`` seconds it raises WearOnTimeoutError.

        States have no ``generated_image_url``; ``get`` has it. If you leave the loop early, ``close()`` the iterator.
        """
        return self._events(id, Deadline(timeout), after, patient=True)

    def wait(self, id: str, *, timeout: float = WAIT_SECONDS) -> Generation:
        """
        Waits until the try-on is completed. A failed one raises TryOnFailedError. After ``timeout`` seconds it raises
        WearOnTimeoutError; the try-on continues, and another call can wait for it, also in another process.
        """
        return self._wait(id, Deadline(timeout))

    def list(
        self,
        *,
        status: Optional[str] = None,
        error_code: Optional[str] = None,
        created_from: Optional[Moment] = None,
        created_to: Optional[Moment] = None,
        shopper_email: Optional[str] = None,
        page_size: int = 100,
        timeout: Optional[float] = None,
    ) -> Iterator[ListedGeneration]:
        """
        The try-ons of the store or of one shopper, newest first, without their pictures. Each page is one request, made
        when it is needed. A date is a whole day in UTC; both ends are included.
        """
        query = {"limit": str(page_size)}
        filters = {
            "status": status,
            "error_code": error_code,
            "created_from": moment(created_from),
            "created_to": moment(created_to),
        }
        query.update({name: value for name, value in filters.items() if value is not None})
        headers = {} if shopper_email is None else {"x-shopper-email": checked_email(shopper_email)}
        for entry in entries(
            self._transport, "/api/v1/generation", "generations", query, headers=headers, timeout=timeout
        ):
            yield ListedGeneration._of(entry)

    def usage(
        self,
        *,
        start: Moment,
        end: Moment,
        bucket: str = "day",
        by: str = "outcome",
        timeout: Optional[float] = None,
    ) -> Usage:
        """
        What the ended try-ons of the store used, in whole buckets from ``start`` to ``end``, at most 744 of an ``hour`` or
        400 of a ``day``. ``by`` is ``outcome`` or ``key``.
        """
        ends = {"from": moment(start), "to": moment(end)}
        query = {name: value for name, value in ends.items() if value is not None}
        query.update(bucket=bucket, by=by)
        data, _ = self._transport.call("GET", "/api/v1/usage", self._transport.deadline(timeout), query=query)
        return Usage._of(data)

    def _create(
        self,
        *,
        person: StoredPicture,
        garment: StoredPicture,
        accessories: Sequence[StoredPicture],
        age_verified: bool,
        prompt: Optional[str],
        garment_type: Optional[str],
        deadline_seconds: Optional[int],
        shopper_email: Optional[str],
        idempotency_key: Optional[str],
        deadline: Deadline,
    ) -> CreatedGeneration:
        require_age(age_verified)
        key = str(uuid.uuid4()) if idempotency_key is None else idempotency_key
        if not isinstance(key, str) or not re.fullmatch(r"[!-~]{1,255}", key):
            raise InvalidRequestError(
                "idempotency_key must be 1 to 255 visible ASCII characters.", code="VALIDATION_ERROR"
            )
        body: Dict[str, Any] = {
            "image_urls": [_url(picture) for picture in (person, garment, *accessories)],
            "age_verified": True,
        }
        if prompt is not None:
            body["prompt"] = prompt
        if garment_type is not None:
            body["garment_type"] = garment_type
        if deadline_seconds is not None:
            body["deadline_seconds"] = deadline_seconds
        headers = {"Idempotency-Key": key}
        if shopper_email is not None:
            headers["x-shopper-email"] = checked_email(shopper_email)
        try:
            data, response = self._transport.call(
                "POST", "/api/v1/generation/create", deadline, body=json.dumps(body), headers=headers
            )
            replayed = response.headers.get("Idempotency-Replayed") == "true"
            return CreatedGeneration(self, data.text("session_id"), data.text("status"), key, replayed)
        except WearOnError as error:
            error.idempotency_key = key
            raise

    def _get(self, id: str, deadline: Deadline, wait: Optional[int] = None) -> Generation:
        data, _ = self._transport.call(
            "GET",
            "/api/v1/generation/" + quote(id, safe=""),
            deadline,
            headers={} if wait is None else {"Prefer": f"wait={wait}"},
            attempt_seconds=JSON_ATTEMPT_SECONDS + (wait or 0),
        )
        return Generation._of(data)

    def _events(self, id: str, deadline: Deadline, after: Optional[int], patient: bool) -> Iterator[Generation]:
        """``patient``: whether an outage passes. Otherwise only one break of the connection does, after each state."""
        path = "/api/v1/generation/" + quote(id, safe="") + "/events"
        failures = 0
        while True:
            try:
                stream = self._transport.stream(path, deadline, None if after is None else str(after))
                if stream is None:
                    return
                with contextlib.closing(stream):  # type: ignore[type-var]
                    for event in stream:
                        if event.name == "session":
                            generation = Generation._of(event.fields())
                            after = generation.version
                            failures = 0
                            yield generation
                            if generation.finished:
                                return
                raise WearOnConnectionError("The stream ended before the try-on.", code="CONNECTION_FAILED")
            except WearOnError as error:
                error.session_id = error.session_id or id
                failures += 1
                pause = pause_before(failures, error.retry_after)
                if pause >= deadline.remaining():
                    raise _not_finished(id) from error
                if not (_may_pass(error) if patient else _is_break(error) and failures == 1):
                    raise
                logger.info("The events of a try-on: %s; connects again in %.1f s", error.code, pause)
            time.sleep(pause)

    def _wait(self, id: str, deadline: Deadline) -> Generation:
        failed: Optional[Generation] = None
        try:
            for generation in self._events(id, deadline, None, patient=False):
                if generation.status == "failed":
                    failed = generation
        except WearOnError as error:
            logger.info("Try-on %s is read from time to time: %s", id, error.code)
        return self._polled(id, deadline, failed)

    def _polled(self, id: str, deadline: Deadline, failed: Optional[Generation]) -> Generation:
        """``failed``: a state that was seen. Once it was, the end of the time says so, too."""
        interval = _FIRST_POLL
        refund_polls = 0
        while True:
            pause = interval * random.uniform(0.8, 1.2)
            try:
                generation = self._get(id, deadline)
            except WearOnError as error:
                # The try-on continues, so one failed read must not end the wait.
                if not _may_pass(error):
                    raise
                error.session_id = error.session_id or id
                pause += error.retry_after or 0
                if pause >= deadline.remaining():
                    raise TryOnFailedError(failed) if failed else _not_finished(id) from error
            else:
                if generation.status == "completed":
                    return generation
                if generation.status == "failed":
                    failed = generation
                    # The refund follows the failure, usually within a second.
                    refunded = generation.credits_refunded >= generation.credits_used
                    if refunded or refund_polls == _REFUND_POLLS:
                        raise TryOnFailedError(failed)
                    refund_polls += 1
                if pause >= deadline.remaining():
                    raise TryOnFailedError(failed) if failed else _not_finished(id)
            time.sleep(pause)
            interval = min(_SLOWEST_POLL, interval * 1.3)


def _may_pass(error: WearOnError) -> bool:
    """The try-on continues while the service cannot be asked."""
    return may_repeat(error) or isinstance(error, ServerError)


def _is_break(error: WearOnError) -> bool:
    """A silent server is none: a proxy may keep back the events."""
    return isinstance(error, WearOnConnectionError) and not isinstance(error, WearOnTimeoutError)


def require_age(age_verified: bool) -> None:
    if age_verified is not True:
        raise PermissionDeniedError(
            "age_verified must be True: the shopper has to confirm an age of 13 or older.",
            code="AGE_VERIFICATION_REQUIRED",
        )


def checked_email(address: str) -> str:
    """Refuses what cannot be a header. The address is no part of the message, because it is personal data."""
    encodable = isinstance(address, str) and not re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", address)
    if not encodable or len(address) > 254:
        raise InvalidRequestError("The shopper's e-mail address is not valid.", code="VALIDATION_ERROR")
    return address


def _url(picture: StoredPicture) -> str:
    url = picture.image_url if isinstance(picture, UploadedPicture) else picture
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise InvalidRequestError(
            "A picture of a create must be an uploaded picture or its image_url. Use try_on or uploads.put for files.",
            code="VALIDATION_ERROR",
        )
    return url


def _not_finished(id: str) -> WearOnTimeoutError:
    return WearOnTimeoutError(
        "The try-on has not finished in time. It continues; wait for it again.", code="TIMEOUT", session_id=id
    )
