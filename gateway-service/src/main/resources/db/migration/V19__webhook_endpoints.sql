-- The receivers of webhooks. Earlier versions of the service neither write nor read this table.
SET LOCAL lock_timeout = '5s';

CREATE TABLE gateway.webhook_endpoints
(
    id                         uuid PRIMARY KEY,
    store_id                   uuid        NOT NULL REFERENCES gateway.stores (id) ON DELETE CASCADE,
    slot                       smallint    NOT NULL,
    url                        text        NOT NULL,
    event_types                text[]      NOT NULL,
    secret                     bytea       NOT NULL,
    previous_secret            bytea,
    previous_secret_expires_at timestamptz,
    disabled_reason            text,
    created_at                 timestamptz NOT NULL DEFAULT now(),
    changed_at                 timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT webhook_endpoints_store_id_slot_key UNIQUE (store_id, slot),
    CONSTRAINT webhook_endpoints_slot_check CHECK (slot BETWEEN 1 AND 10),
    CONSTRAINT webhook_endpoints_store_id_url_key UNIQUE (store_id, url),
    CONSTRAINT webhook_endpoints_url_check CHECK (url ~ '^https?://' AND char_length(url) <= 2048),
    CONSTRAINT webhook_endpoints_event_types_check
        CHECK (event_types <@ ARRAY ['generation.completed', 'generation.failed', 'credits.low', 'credits.purchased',
                                     'endpoint.test']),
    CONSTRAINT webhook_endpoints_previous_secret_check
        CHECK ((previous_secret IS NULL) = (previous_secret_expires_at IS NULL)),
    CONSTRAINT webhook_endpoints_disabled_reason_check CHECK (disabled_reason IN ('store', 'gone', 'failing'))
);

COMMENT ON TABLE gateway.webhook_endpoints IS 'Where stores receive webhooks. A store has at most ten: one for each slot.';
COMMENT ON COLUMN gateway.webhook_endpoints.url IS 'May be a secret: never in a log, and in the changelog only its host.';
COMMENT ON COLUMN gateway.webhook_endpoints.event_types IS 'Which events it receives. Empty: all.';
COMMENT ON COLUMN gateway.webhook_endpoints.secret IS 'Signs the messages. Encrypted with a key of WEARON_WEBHOOK_KEYS.';
COMMENT ON COLUMN gateway.webhook_endpoints.previous_secret IS 'Also signs until it expires. Encrypted, too.';
COMMENT ON COLUMN gateway.webhook_endpoints.disabled_reason IS
    'Null: enabled. store: the store has disabled it. gone: it answered 410. failing: it took nothing for five days.';
