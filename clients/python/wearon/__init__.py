"""Client of the WearOn API: virtual try-ons for shops. See ``Client``."""

from . import webhooks
from ._version import __version__
from .client import Client, Picture
from .errors import (
    AuthenticationError,
    ConflictError,
    InsufficientCreditsError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TryOnFailedError,
    UnexpectedResponseError,
    WearOnConnectionError,
    WearOnError,
    WearOnTimeoutError,
    WebhookVerificationError,
)
from .generations import CreatedGeneration
from .models import (
    Balance,
    Download,
    Generation,
    Health,
    ListedGeneration,
    Receipt,
    ReceiptPart,
    StoreAnalytics,
    StoreConfig,
    Transaction,
    UploadedPicture,
)

__all__ = [
    "AuthenticationError",
    "Balance",
    "Client",
    "ConflictError",
    "CreatedGeneration",
    "Download",
    "Generation",
    "Health",
    "InsufficientCreditsError",
    "InvalidRequestError",
    "ListedGeneration",
    "NotFoundError",
    "PermissionDeniedError",
    "Picture",
    "RateLimitError",
    "Receipt",
    "ReceiptPart",
    "ServerError",
    "StoreAnalytics",
    "StoreConfig",
    "Transaction",
    "TryOnFailedError",
    "UnexpectedResponseError",
    "UploadedPicture",
    "WearOnConnectionError",
    "WearOnError",
    "WearOnTimeoutError",
    "WebhookVerificationError",
    "__version__",
    "webhooks",
]
