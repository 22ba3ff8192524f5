package dev.wearon.storage.transfer;

import dev.wearon.storage.catalog.StoredObject;
import dev.wearon.storage.images.Rejection;

/** The result of storing a body as an object. */
sealed interface WriteResult {

    /** The object is stored. */
    record Written(StoredObject object) implements WriteResult {}

    /** The same bytes are stored already, by an earlier or a simultaneous call. */
    record Repeated(StoredObject object) implements WriteResult {}

    /** Other bytes are stored at the path, and they stay. */
    record Conflict(StoredObject object) implements WriteResult {}

    /** Nothing was stored. */
    sealed interface Failed extends WriteResult {}

    /** The inspection rejected the bytes. */
    record Rejected(Rejection rejection) implements Failed {}

    /** The request has no Content-Length. A bucket needs the length before the first byte. */
    record LengthMissing() implements Failed {}

    /** The sender disconnected, or was too slow. */
    record Interrupted() implements Failed {}

    record NoSpace() implements Failed {}

    /** The path was taken, but its object has been removed meanwhile, for example with its store. */
    record Removed() implements Failed {}
}
