-- Whom an object belongs to within its store. Earlier versions of the service neither write nor read it.
SET LOCAL lock_timeout = '5s';

ALTER TABLE storage.objects ADD COLUMN owner uuid;

COMMENT ON COLUMN storage.objects.owner IS
    'A pseudonym of a shopper of the store, or of an anonymous shopper token: the callers with a token that may use the object.
Null: the object belongs to the store alone.';
