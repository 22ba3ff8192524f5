-- Images that a store keeps until it deletes them. Earlier versions of the service neither write nor read the column; an end in
-- the far future keeps their janitor from deleting a kept object, and their processes can read it.
SET LOCAL lock_timeout = '5s';

ALTER TABLE storage.objects
    ADD COLUMN kept boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT objects_kept_check
        CHECK (NOT kept OR (kind = 'uploads' AND owner IS NULL AND expires_at = '9999-12-31 00:00:00+00'));

COMMENT ON COLUMN storage.objects.kept IS
    'Whether the object lives until it is deleted. It belongs to the store alone, and is never the person of a try-on.';

CREATE INDEX objects_kept ON storage.objects (store_id, created_at) WHERE kept;

CREATE FUNCTION storage.limit_kept_objects() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    -- The writes of a store wait for each other, so that each counts those before it.
    PERFORM pg_advisory_xact_lock(hashtextextended('storage.kept:' || NEW.store_id, 0));
    IF (SELECT count(*) FROM storage.objects WHERE store_id = NEW.store_id AND kept) > 1000 THEN
        RAISE EXCEPTION 'A store keeps at most 1000 objects'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'objects_kept_limit';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION storage.limit_kept_objects() IS 'A store keeps at most 1,000 objects, however many uploads end at the same time.';

-- After the row and not before it, so that a repeat of an upload, which writes no row, is not refused.
CREATE TRIGGER objects_limit_kept
    AFTER INSERT OR UPDATE OF kept
    ON storage.objects
    FOR EACH ROW
    WHEN (NEW.kept)
EXECUTE FUNCTION storage.limit_kept_objects();

-- Results that a shopper deleted before their end. Without this, the reconciliation would report them as missing.
CREATE TABLE storage.deleted_results
(
    path       TEXT PRIMARY KEY,
    store_id   UUID NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE storage.deleted_results IS 'The results that were deleted on request, until they would have expired.';

CREATE INDEX deleted_results_expires_at ON storage.deleted_results (expires_at);
