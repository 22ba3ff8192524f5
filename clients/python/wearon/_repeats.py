"""Whether and when a call is repeated."""

from __future__ import annotations

import email.utils
import random
import re
import ssl
import time
from typing import Optional

from .errors import WearOnConnectionError, WearOnError, WearOnTimeoutError

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 8.0


def may_repeat(error: WearOnError, attempt: int = 1) -> bool:
    """Whether a repeat can have another outcome. Never after 402, 403 and 422."""
    if isinstance(error, WearOnConnectionError):
        return not isinstance(error.__cause__, ssl.SSLCertVerificationError)
    if error.status == 500:
        return attempt == 1
    if error.status == 503:
        # WearOn sends Retry-After if waiting helps. A load balancer in front of it often does not.
        return error.retry_after is not None or error.code == "UNEXPECTED_RESPONSE"
    return error.status in (408, 429, 502, 504) or (error.status == 409 and error.code == "REQUEST_IN_PROGRESS")


def leaves_open(error: WearOnError) -> bool:
    """Whether the server may have done what was asked."""
    return isinstance(error, WearOnConnectionError) or (error.status is not None and error.status >= 500)


def hides_earlier(error: WearOnError) -> bool:
    """
    Whether an error says nothing about an earlier attempt of a create: the gateway refuses with 401, 403 and 429 before
    it looks at the key of the create, and a proxy does not know the key.
    """
    return (
        isinstance(error, WearOnTimeoutError)
        or error.status in (401, 403, 408, 429)
        or error.code == "UNEXPECTED_RESPONSE"
    )


def pause_before(attempt: int, retry_after: Optional[float]) -> float:
    """The jitter prevents that clients that failed at the same time come back at the same time."""
    if retry_after is not None:
        return retry_after + random.uniform(0, 0.25)
    return float(min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (attempt - 1)) * random.uniform(0.75, 1.25))


def retry_after_of(value: Optional[str]) -> Optional[float]:
    """Seconds, or the date that some proxies send."""
    if value is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", value.strip()):
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None
