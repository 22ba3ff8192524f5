-- Whose images are in the folder or bucket. The same id stands there, in an object named "owner", so that two suites with a
-- database each do not take each other's images for orphans. A copy of this database is the same suite, unless it is given an
-- id of its own.
CREATE TABLE storage.suite (
    id       uuid    NOT NULL DEFAULT gen_random_uuid(),
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one)
);
INSERT INTO storage.suite DEFAULT VALUES;
