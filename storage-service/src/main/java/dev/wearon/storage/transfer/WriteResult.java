package dev.wearon.storage.transfer;

import dev.wearon.storage.catalog.StoredObject;
import dev.wearon.storage.images.Rejection;

/** The result of storing a body as an object. */
public sealed interface WriteResult {

    record Written(StoredObject object) implements WriteResult {}

    /** An earlier or a simultaneous call has stored the same bytes. */
    record Repeated(StoredObject object) implements WriteResult {}

    /** Other bytes are stored at the path, and they stay. */
    record Conflict(StoredObject object) implements WriteResult {}

    /** Nothing was stored. */
    sealed interface Failed extends WriteResult {}

    /** The body was rejected: by its declared length, or by the inspection of its bytes. */
    record Rejected(Rejection rejection) implements Failed {}

    /** The request has no Content-Length. A bucket needs the length before the first byte. */
    record LengthMissing() implements Failed {}

    /** The sender disconnected, or was too slow. */
    record Interrupted() implements Failed {}

    /** The bytes have another checksum than {@code Content-MD5}. */
    record WrongChecksum() implements Failed {}

    /** The backend is full. */
    record NoSpace() implements Failed {}

    /** The store keeps as many objects as it may. */
    record TooManyKept() implements Failed {}

    /** An object existed at the path, but was removed during the write, for example because its store was closed. */
    record Removed() implements Failed {}
}
