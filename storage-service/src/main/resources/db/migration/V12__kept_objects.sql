-- Images that a store keeps until it deletes them. Earlier versions of the service neither write nor read the column; an end in
-- the far future keeps their janitor from deleting a kept object, and their processes can read it. No row of theirs is kept, so the
-- rule is true for all of them without a look at each.
SET LOCAL lock_timeout = '5s';

ALTER TABLE storage.objects
    ADD COLUMN kept boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT objects_kept_check
        CHECK (NOT kept OR (kind = 'uploads' AND owner IS NULL AND expires_at = '9999-12-31 00:00:00+00')) NOT VALID;

COMMENT ON COLUMN storage.objects.kept IS
    'Whether the object lives until it is deleted. It belongs to the store alone, and is never the person of a try-on.';

CREATE INDEX objects_kept ON storage.objects (store_id, created_at) WHERE kept;

CREATE FUNCTION storage.limit_kept_objects() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    -- The writes of a store wait for each other, so that each counts those before it.
    PERFORM pg_advisory_xact_lock(hashtextextended('storage.kept:' || NEW.store_id, 0));
    IF (SELECT count(*) FROM storage.objects WHERE store_id = NEW.store_id AND kept AND NOT storage.is_closed(store_id, created_at)) > 1000 THEN
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

CREATE FUNCTION storage.keep_deleted() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    IF EXISTS (SELECT FROM storage.deleted_results WHERE path = NEW.path) THEN
        RAISE EXCEPTION 'The result was deleted on request'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'objects_keep_deleted';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION storage.keep_deleted() IS
    'A result that was deleted on request is not written again, for example by a worker that lost its lease.';

-- After the row: then this statement has waited for a delete of the same path, and sees its note.
CREATE TRIGGER objects_keep_deleted
    AFTER INSERT
    ON storage.objects
    FOR EACH ROW
    WHEN (NEW.kind = 'generated')
EXECUTE FUNCTION storage.keep_deleted();
