"""The errors of this package. Programs read ``code``, people read ``message``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple, Type, Union

if TYPE_CHECKING:
    from .models import Generation, UploadedPicture


class WearOnError(Exception):
    """The base of all errors. ``code`` is a code of the API (docs/errors.md) or one that a subclass names."""

    # The URLs of the pictures are permissions. A slot keeps them out of __dict__, which loggers and task queues write.
    __slots__ = ("pictures",)

    def __init__(
        self,
        message: str,
        *,
        code: str,
        status: Optional[int] = None,
        request_id: Optional[str] = None,
        retry_after: Optional[float] = None,
        session_id: Optional[str] = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        #: The HTTP status, or None if there was no response.
        self.status = status
        #: Quote it when you ask for help: each log line of the server about this request contains it.
        self.request_id = request_id
        #: Seconds after which a repeat may succeed, if the server said so.
        self.retry_after = retry_after
        #: The try-on that this call created, or may have created, in any of its attempts.
        self.session_id = session_id
        #: The key of the create. A repeat with this key and the same content is charged once.
        self.idempotency_key: Optional[str] = None
        #: The stored pictures of a ``try_on`` (person, garment, accessories), for a repeat with ``idempotency_key``.
        #: Empty if nothing was uploaded, and after pickling.
        self.pictures: Tuple[Union["UploadedPicture", str], ...] = ()

    def __str__(self) -> str:
        details = [f"status {self.status}"] if self.status is not None else []
        details += [f"request id {self.request_id}"] if self.request_id else []
        details += [f"session id {self.session_id}"] if self.session_id else []
        return f"{self.code}: {self.message}" + (f" ({', '.join(details)})" if details else "")

    def __reduce__(self) -> Tuple[Any, ...]:
        # Task queues pickle errors. The default would call the constructor without its keywords.
        return _restore, (type(self), self.args, self.__dict__.copy())


def _restore(kind: Type[WearOnError], args: Tuple[Any, ...], state: Dict[str, Any]) -> WearOnError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    error.pictures = ()
    return error


class InvalidRequestError(WearOnError):
    """The request is not valid (400, 413, 415, 422), or an argument was refused before any request (no status)."""


class AuthenticationError(WearOnError):
    """401: the API key is missing, unknown, revoked or expired, or its store is inactive."""


class InsufficientCreditsError(WearOnError):
    """402: the payer has too few credits, or the store its daily cap (``code``). Nothing was charged."""


class PermissionDeniedError(WearOnError):
    """403: for example the age is not verified, or a signed URL has expired."""


class NotFoundError(WearOnError):
    """404: the object does not exist, was deleted, or belongs to another store."""


class ConflictError(WearOnError):
    """409: a request with the same key is in progress, or the object exists or can no longer change."""


class RateLimitError(WearOnError):
    """429: too many requests. Nothing was charged. ``retry_after`` says when the next one passes."""


class ServerError(WearOnError):
    """
    5xx, and 408 of a proxy. After a create it may be unknown whether the try-on exists: repeat with the same idempotency
    key.
    """


class WearOnConnectionError(WearOnError):
    """``CONNECTION_FAILED``: no complete response arrived. The server may have done what was asked."""


class WearOnTimeoutError(WearOnConnectionError):
    """``TIMEOUT``: the time limit passed. With a ``session_id``, ``generations.wait`` can wait for it again."""


class UnexpectedResponseError(WearOnError):
    """``UNEXPECTED_RESPONSE``: the response is not one of the WearOn API, or is too large."""


class TryOnFailedError(WearOnError):
    """The try-on failed. ``code`` is its ``error_code``, ``message`` a text for the shopper."""

    def __init__(self, generation: "Generation") -> None:
        super().__init__(
            generation.error_message or "The try-on failed.",
            code=generation.error_code or "INTERNAL",
            request_id=generation.request_id,
            session_id=generation.id,
        )
        self.generation = generation
        #: The credits that were given back until now. A refund can follow some seconds after the failure.
        self.credits_refunded = generation.credits_refunded


class WebhookVerificationError(WearOnError):
    """``WEBHOOK_INVALID``: the message is not from the sender, was changed, or is too old."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="WEBHOOK_INVALID")


def for_status(status: int) -> Type[WearOnError]:
    """The class of an error response."""
    if status >= 500:
        return ServerError
    return _BY_STATUS.get(status, InvalidRequestError if 400 <= status else UnexpectedResponseError)


_BY_STATUS: Dict[int, Type[WearOnError]] = {
    401: AuthenticationError,
    402: InsufficientCreditsError,
    403: PermissionDeniedError,
    404: NotFoundError,
    408: ServerError,
    409: ConflictError,
    429: RateLimitError,
}
