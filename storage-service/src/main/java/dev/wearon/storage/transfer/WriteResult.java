package dev.wearon.storage.transfer;

import dev.wearon.storage.catalog.StoredObject;
import dev.wearon.storage.images.Rejection;

/** What became of bytes that were to be an object. */
sealed interface WriteResult {

    /** The object is there, whole. */
    record Written(StoredObject object) implements WriteResult {}

    /** These very bytes lie there already, from an earlier or a simultaneous call. */
    record Repeated(StoredObject object) implements WriteResult {}

    /** The path was taken by other bytes, and those stay. */
    record Conflict(StoredObject object) implements WriteResult {}

    /** Nothing was kept. */
    sealed interface Failed extends WriteResult {}

    /** The bytes are none that are taken. */
    record Rejected(Rejection rejection) implements Failed {}

    /** Its length was not declared; a bucket wants it before the first byte. */
    record LengthMissing() implements Failed {}

    /** The sender went away, or was too slow. */
    record Interrupted() implements Failed {}

    record NoSpace() implements Failed {}

    /** The path was taken, and what lay there has been removed since: with its store, as its life is longer. */
    record Removed() implements Failed {}
}
