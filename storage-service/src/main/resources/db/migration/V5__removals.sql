-- Blobs whose object is over: its row went into this table in the statement that ended it, so a crash forgets none of
-- them, and an entry goes when its bytes are gone. Nobody reads a blob that stands here.
CREATE TABLE storage.removals (
    blob  text        PRIMARY KEY,
    since timestamptz NOT NULL
);

-- What a store had up to the change of its status is found by both.
CREATE INDEX objects_store_id_created_at ON storage.objects (store_id, created_at);
DROP INDEX storage.objects_store_id;
