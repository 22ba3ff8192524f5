"""What the API returns, as frozen dataclasses. URLs are no part of a ``repr``, because a signed URL is a permission."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Optional, Tuple

from ._fields import Fields


@dataclass(frozen=True)
class Generation:
    """A try-on. ``id`` is the ``session_id`` of the API."""

    id: str
    #: ``queued``, ``processing``, ``completed`` or ``failed``. A later version of the API may add others.
    status: str
    #: The first of ``image_urls``, in the API ``model_image_url``.
    person_image_url: str = field(repr=False)
    #: The second of ``image_urls``, in the API ``outfit_image_url``.
    garment_image_url: Optional[str] = field(repr=False)
    image_urls: Tuple[str, ...] = field(repr=False)
    #: ``upper``, ``lower`` or ``dress`` as it was sent. None if the image model judges it.
    garment_type: Optional[str]
    #: A signed URL of the picture. None until the try-on is completed, and after the picture was deleted.
    generated_image_url: Optional[str] = field(repr=False)
    error_code: Optional[str]
    error_message: Optional[str]
    credits_used: int
    credits_refunded: int
    #: The number of the attempt that runs, or of the last one; 0 before the first.
    attempt: int
    #: About how many try-ons are claimed up to this one. None unless it is queued.
    queue_position: Optional[int]
    processing_time_ms: Optional[int]
    request_id: Optional[str]
    created_at: datetime
    started_at: Optional[datetime]
    #: An unfinished try-on fails then. None for one that is older than this field.
    deadline_at: Optional[datetime]
    completed_at: Optional[datetime]
    images_expire_at: Optional[datetime]
    #: Whether it belongs to a test store.
    test: bool = False
    #: Raised by each change. ``generations.events`` continues after it.
    version: int = 0

    @property
    def finished(self) -> bool:
        """Whether the try-on has ended. A finished generation changes no more, except for its refund and its URL."""
        return self.status in ("completed", "failed")

    @classmethod
    def _of(cls, data: Fields) -> "Generation":
        return cls(
            id=data.text("session_id"),
            status=data.text("status"),
            person_image_url=data.text("model_image_url"),
            garment_image_url=data.optional_text("outfit_image_url"),
            image_urls=data.texts("image_urls"),
            garment_type=data.optional_text("garment_type"),
            generated_image_url=data.optional_text("generated_image_url"),
            error_code=data.optional_text("error_code"),
            error_message=data.optional_text("error_message"),
            credits_used=data.integer("credits_used"),
            credits_refunded=data.integer("credits_refunded"),
            attempt=data.integer("attempt"),
            queue_position=data.optional_integer("queue_position"),
            processing_time_ms=data.optional_integer("processing_time_ms"),
            request_id=data.optional_text("request_id"),
            created_at=data.time("created_at"),
            started_at=data.optional_time("started_at"),
            deadline_at=data.optional_time("deadline_at"),
            completed_at=data.optional_time("completed_at"),
            images_expire_at=data.optional_time("images_expire_at"),
            test=data.flag("test"),
            version=data.optional_integer("version") or 0,
        )


@dataclass(frozen=True)
class ListedGeneration:
    """A try-on as lists have it, without its pictures. ``generations.get(id)`` has them."""

    id: str
    store_id: str
    status: str
    garment_type: Optional[str]
    error_code: Optional[str]
    error_message: Optional[str]
    credits_used: int
    credits_refunded: int
    #: The number of the attempt that runs, or of the last one; 0 before the first.
    attempt: int
    processing_time_ms: Optional[int]
    request_id: Optional[str]
    created_at: datetime
    started_at: Optional[datetime]
    #: An unfinished try-on fails then. None for one that is older than this field.
    deadline_at: Optional[datetime]
    completed_at: Optional[datetime]
    images_expire_at: Optional[datetime]
    #: Whether it belongs to a test store.
    test: bool = False

    @classmethod
    def _of(cls, data: Fields) -> "ListedGeneration":
        return cls(
            id=data.text("session_id"),
            store_id=data.text("store_id"),
            status=data.text("status"),
            garment_type=data.optional_text("garment_type"),
            error_code=data.optional_text("error_code"),
            error_message=data.optional_text("error_message"),
            credits_used=data.integer("credits_used"),
            credits_refunded=data.integer("credits_refunded"),
            attempt=data.integer("attempt"),
            processing_time_ms=data.optional_integer("processing_time_ms"),
            request_id=data.optional_text("request_id"),
            created_at=data.time("created_at"),
            started_at=data.optional_time("started_at"),
            deadline_at=data.optional_time("deadline_at"),
            completed_at=data.optional_time("completed_at"),
            images_expire_at=data.optional_time("images_expire_at"),
            test=data.flag("test"),
        )


@dataclass(frozen=True)
class ReceiptPart:
    """Credits that a try-on moved. ``price_cents`` is the price of an overage."""

    credits: int
    price_cents: Optional[int]
    request_id: str
    created_at: datetime

    @classmethod
    def _of(cls, data: Optional[Fields]) -> "Optional[ReceiptPart]":
        if data is None:
            return None
        return cls(
            data.integer("credits"), data.optional_integer("price_cents"), data.text("request_id"), data.time("created_at")
        )


@dataclass(frozen=True)
class Receipt:
    """What a try-on cost, from the ledger. ``net_charge`` is the charge without what came back, in credits."""

    id: str
    status: str
    #: ``pool``, ``shopper`` or ``overage``. None if nothing was ever charged.
    paid_by: Optional[str]
    charge: Optional[ReceiptPart]
    release: Optional[ReceiptPart]
    clawback: Optional[ReceiptPart]
    net_charge: int
    net_price_cents: Optional[int]
    #: Whether the credits are test credits.
    test: bool = False

    @classmethod
    def _of(cls, data: Fields) -> "Receipt":
        return cls(
            id=data.text("session_id"),
            status=data.text("status"),
            paid_by=data.optional_text("paid_by"),
            charge=ReceiptPart._of(data.optional_object("charge")),
            release=ReceiptPart._of(data.optional_object("release")),
            clawback=ReceiptPart._of(data.optional_object("clawback")),
            net_charge=data.integer("net_charge"),
            net_price_cents=data.optional_integer("net_price_cents"),
            test=data.flag("test"),
        )


@dataclass(frozen=True)
class UsageEntry:
    """The ended try-ons that were created in one bucket, with one outcome or of one API key."""

    #: The start of the bucket.
    start: datetime
    #: ``completed`` or an error code. None by key.
    outcome: Optional[str]
    #: None by outcome, and for try-ons whose key is not known.
    api_key_id: Optional[str]
    try_ons: int
    credits_used: int
    credits_refunded: int
    processing_time_ms: int

    @classmethod
    def _of(cls, data: Fields) -> "UsageEntry":
        return cls(
            start=data.time("start"),
            outcome=data.optional_text("outcome"),
            api_key_id=data.optional_text("api_key_id"),
            try_ons=data.integer("try_ons"),
            credits_used=data.integer("credits_used"),
            credits_refunded=data.integer("credits_refunded"),
            processing_time_ms=data.integer("processing_time_ms"),
        )


@dataclass(frozen=True)
class Usage:
    """What the store used, by time. A bucket without an ended try-on has no entry."""

    bucket: str
    by: str
    first_bucket: datetime
    last_bucket: datetime
    #: Try-ons that were created before may be missing. None if none is.
    complete_since: Optional[datetime]
    entries: Tuple[UsageEntry, ...]
    #: Whether the credits are test credits.
    test: bool = False

    @classmethod
    def _of(cls, data: Fields) -> "Usage":
        return cls(
            bucket=data.text("bucket"),
            by=data.text("by"),
            first_bucket=data.time("first_bucket"),
            last_bucket=data.time("last_bucket"),
            complete_since=data.optional_time("complete_since"),
            entries=tuple(UsageEntry._of(entry) for entry in data.objects("usage")),
            test=data.flag("test"),
        )


@dataclass(frozen=True)
class UploadedPicture:
    """A picture in the storage of WearOn. It can be used as person, garment or accessory until it expires."""

    path: str
    image_url: str = field(repr=False)
    size: int


@dataclass(frozen=True)
class ImportedPicture:
    """A picture that WearOn fetched. It can be used as person, garment or accessory until it expires."""

    path: str
    image_url: str = field(repr=False)
    expires_at: datetime

    @classmethod
    def _of(cls, data: Fields) -> "ImportedPicture":
        return cls(data.text("path"), data.text("image_url"), data.time("expires_at"))


@dataclass(frozen=True)
class KeptPicture:
    """A picture that lives until it is deleted. It can be used as garment or accessory, not as the person."""

    path: str
    #: It deletes the picture.
    name: str
    content_type: str
    size: int
    image_url: str = field(repr=False)
    created_at: datetime

    @classmethod
    def _of(cls, data: Fields) -> "KeptPicture":
        return cls(
            path=data.text("path"),
            name=data.text("name"),
            content_type=data.text("content_type"),
            size=data.integer("size"),
            image_url=data.text("image_url"),
            created_at=data.time("created_at"),
        )


@dataclass(frozen=True)
class Download:
    """A signed URL of a stored picture. It is None if the picture is unknown, expired or of another store."""

    path: str
    url: Optional[str] = field(repr=False)
    expires_at: Optional[datetime]

    @classmethod
    def _of(cls, data: Fields) -> "Download":
        return cls(data.text("path"), data.optional_text("download_url"), data.optional_time("expires_at"))


@dataclass(frozen=True)
class StoreEvent:
    """A new state of a try-on, or the credits in the pool of the store. The other one is None."""

    generation: Optional[Generation]
    balance: Optional[int]


@dataclass(frozen=True)
class Balance:
    """Credits: ``balance`` is ``total_purchased`` - ``total_spent``."""

    balance: int
    total_purchased: int
    total_spent: int
    #: Whether these are test credits; False for the balance of a shopper.
    test: bool = False

    @classmethod
    def _of(cls, data: Fields) -> "Balance":
        return cls(
            data.integer("balance"), data.integer("total_purchased"), data.integer("total_spent"), data.flag("test")
        )


@dataclass(frozen=True)
class Transaction:
    """One change of the store's credits. ``amount`` has no sign, ``delta`` has one."""

    id: str
    type: str
    amount: int
    delta: int
    balance_after: int
    #: The price of an overage, and of the refund that voids it.
    price_cents: Optional[int]
    #: The id of the try-on to which the transaction belongs.
    session_id: Optional[str]
    request_id: str
    description: Optional[str]
    created_at: datetime

    @classmethod
    def _of(cls, data: Fields) -> "Transaction":
        return cls(
            id=data.text("id"),
            type=data.text("type"),
            amount=data.integer("amount"),
            delta=data.integer("delta"),
            balance_after=data.integer("balance_after"),
            price_cents=data.optional_integer("price_cents"),
            session_id=data.optional_text("session_id"),
            request_id=data.text("request_id"),
            description=data.optional_text("description"),
            created_at=data.time("created_at"),
        )


@dataclass(frozen=True)
class StoreConfig:
    store_id: str
    shop_domain: str
    #: ``absorb_mode``: the store pays. ``resell_mode``: its shoppers pay.
    billing_mode: str
    retail_credit_price: Optional[Decimal]
    shopify_variant_id: Optional[str]
    subscription_tier: Optional[str]
    status: str
    #: A text for shoppers, to show before the camera opens. None in the answer to a change.
    privacy_disclosure: Optional[str]
    test: bool = False

    @classmethod
    def _of(cls, data: Fields) -> "StoreConfig":
        return cls(
            store_id=data.text("store_id"),
            shop_domain=data.text("shop_domain"),
            billing_mode=data.text("billing_mode"),
            retail_credit_price=data.optional_decimal("retail_credit_price"),
            shopify_variant_id=data.optional_text("shopify_variant_id"),
            subscription_tier=data.optional_text("subscription_tier"),
            status=data.text("status"),
            privacy_disclosure=data.optional_text("privacy_disclosure"),
            test=data.flag("test"),
        )


@dataclass(frozen=True)
class StoreAnalytics:
    """Figures of a period. ``credits_remaining`` is the balance now, whatever the period is."""

    total_generations: int
    completed_generations: int
    failed_generations: int
    success_rate: float
    credits_remaining: int
    credits_used: int

    @classmethod
    def _of(cls, data: Fields) -> "StoreAnalytics":
        return cls(
            total_generations=data.integer("total_generations"),
            completed_generations=data.integer("completed_generations"),
            failed_generations=data.integer("failed_generations"),
            success_rate=float(data.decimal("success_rate")),
            credits_remaining=data.integer("credits_remaining"),
            credits_used=data.integer("credits_used"),
        )


@dataclass(frozen=True)
class Health:
    """The key is valid, and belongs to this store."""

    store_id: str
    timestamp: datetime

    @classmethod
    def _of(cls, data: Fields) -> "Health":
        return cls(data.text("store_id"), data.time("timestamp"))


@dataclass(frozen=True)
class Purchase:
    """An order of credits that a shopper has paid, as it is now."""

    id: str
    order_id: str
    #: ``pending`` until the store has enough credits, ``completed``, or ``returned`` if all was given back before.
    status: str
    credits: int
    #: How many of them went to the shopper.
    granted: int
    #: How many were given back, in total.
    returned: int
    #: How many of those were taken from the shopper again.
    clawed_back: int
    #: How many were given back, but are spent.
    shortfall: int
    amount: Decimal
    currency: str
    #: Whether it belongs to a test store.
    test: bool = False

    @classmethod
    def _of(cls, data: Fields) -> "Purchase":
        return cls(
            id=data.text("purchase_id"),
            order_id=data.text("order_id"),
            status=data.text("status"),
            credits=data.integer("credits"),
            granted=data.integer("granted"),
            returned=data.integer("returned"),
            clawed_back=data.integer("clawed_back"),
            shortfall=data.integer("shortfall"),
            amount=data.decimal("amount"),
            currency=data.text("currency"),
            test=data.flag("test"),
        )


@dataclass(frozen=True)
class WebhookEndpoint:
    """Where the store receives webhooks. The URL is no part of the ``repr``, because it may be a secret."""

    id: str
    url: str = field(repr=False)
    #: Empty: all.
    event_types: Tuple[str, ...]
    enabled: bool
    #: ``store``, ``gone`` (it answered 410) or ``failing`` (it took nothing for five days). None if it is enabled.
    disabled_reason: Optional[str]
    #: Until when the secret before the rotation also signs.
    previous_secret_expires_at: Optional[datetime]
    created_at: datetime
    updated_at: datetime

    @classmethod
    def _of(cls, data: Fields) -> "WebhookEndpoint":
        return cls(
            id=data.text("endpoint_id"),
            url=data.text("url"),
            event_types=data.texts("event_types"),
            enabled=data.flag("enabled"),
            disabled_reason=data.optional_text("disabled_reason"),
            previous_secret_expires_at=data.optional_time("previous_secret_expires_at"),
            created_at=data.time("created_at"),
            updated_at=data.time("updated_at"),
        )


@dataclass(frozen=True)
class NewWebhookEndpoint:
    """A new endpoint, with its secret."""

    id: str
    url: str = field(repr=False)
    event_types: Tuple[str, ...]
    #: For ``webhooks.verify``. It is not shown again.
    secret: str = field(repr=False)
    created_at: datetime

    @classmethod
    def _of(cls, data: Fields) -> "NewWebhookEndpoint":
        return cls(
            id=data.text("endpoint_id"),
            url=data.text("url"),
            event_types=data.texts("event_types"),
            secret=data.text("secret"),
            created_at=data.time("created_at"),
        )


@dataclass(frozen=True)
class NewWebhookSecret:
    endpoint_id: str
    #: For ``webhooks.verify``. It is not shown again.
    secret: str = field(repr=False)
    #: Until when the secret before also signs. None if it does not.
    previous_secret_expires_at: Optional[datetime]

    @classmethod
    def _of(cls, data: Fields) -> "NewWebhookSecret":
        return cls(
            endpoint_id=data.text("endpoint_id"),
            secret=data.text("secret"),
            previous_secret_expires_at=data.optional_time("previous_secret_expires_at"),
        )


@dataclass(frozen=True)
class WebhookAttempt:
    """One attempt to deliver a message."""

    id: str
    #: The header ``webhook-id``.
    message_id: str
    #: The type of the event. None if the message was deleted.
    type: Optional[str]
    attempted_at: datetime
    #: ``delivered``, ``refused`` (another status than 2xx), ``timeout``, ``unreachable`` or ``no_address``.
    outcome: str
    #: Of the answer. None if there was none.
    status: Optional[int]
    duration_ms: int
    #: The start of the answer. None if there was none.
    response: Optional[str] = field(repr=False)

    @classmethod
    def _of(cls, data: Fields) -> "WebhookAttempt":
        return cls(
            id=data.text("attempt_id"),
            message_id=data.text("message_id"),
            type=data.optional_text("type"),
            attempted_at=data.time("attempted_at"),
            outcome=data.text("outcome"),
            status=data.optional_integer("status"),
            duration_ms=data.integer("duration_ms"),
            response=data.optional_text("response"),
        )


@dataclass(frozen=True)
class ReplayedMessages:
    """How many messages will be sent again."""

    replayed: int
    #: Where the next call begins. None if there are no others.
    next_since: Optional[datetime]

    @classmethod
    def _of(cls, data: Fields) -> "ReplayedMessages":
        return cls(replayed=data.integer("replayed"), next_since=data.optional_time("next_since"))
