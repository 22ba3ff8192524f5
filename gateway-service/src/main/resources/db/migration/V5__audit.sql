-- Who changed what, and when. The table only grows.

CREATE TABLE gateway.audit
(
    id         uuid PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT now(),
    who        text        NOT NULL,
    action     text        NOT NULL,
    store_id   uuid,
    subject    text,
    before     jsonb,
    after      jsonb,
    request_id text,
    CONSTRAINT audit_action_check CHECK (action ~ '^[a-z]+\.[a-z]+$'),
    CONSTRAINT audit_fields_check CHECK (jsonb_typeof(before) = 'object' AND jsonb_typeof(after) = 'object'),
    -- Whoever writes: an API key, or what looks like an e-mail address, is in no entry.
    CONSTRAINT audit_holds_no_secret CHECK (concat_ws(' ', who, subject, before::text, after::text) !~ 'wk_[0-9a-f]{32}|@')
);

CREATE INDEX idx_audit_at ON gateway.audit (at DESC, id DESC);
CREATE INDEX idx_audit_store_id ON gateway.audit (store_id, at DESC, id DESC);

COMMENT ON TABLE gateway.audit IS 'One row per change, written in the transaction that makes it. Outlives the store, hence no foreign key.';
COMMENT ON COLUMN gateway.audit.who IS 'operator- and 8 hex digits of the token''s SHA-256, or the prefix of a merchant''s key.';
COMMENT ON COLUMN gateway.audit.subject IS 'The id of the key or of the transaction; null when it is the store itself.';
COMMENT ON COLUMN gateway.audit.before IS 'Only the fields that changed; null for what is new.';
COMMENT ON COLUMN gateway.audit.after IS 'Only the fields that changed.';

CREATE FUNCTION gateway.audit_only_grows() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    RAISE EXCEPTION '% of gateway.audit is refused: the audit only grows', TG_OP;
END
$$;

CREATE TRIGGER audit_only_grows
    BEFORE UPDATE OR DELETE OR TRUNCATE
    ON gateway.audit
    FOR EACH STATEMENT
EXECUTE FUNCTION gateway.audit_only_grows();

-- The operator lists stores newest first, by pages.
CREATE INDEX idx_stores_created_at ON gateway.stores (created_at DESC, id DESC);
