-- Results that cannot be read yet. Earlier versions of the service neither write nor read the column: what they store is readable.
SET LOCAL lock_timeout = '5s';

ALTER TABLE storage.objects ADD COLUMN published boolean NOT NULL DEFAULT true;

COMMENT ON COLUMN storage.objects.published IS
    'Whether clients may read the object. A result is stored unpublished, and published when its try-on has completed.';
