package dev.wearon.storage.objects;

/** What became of bytes that were to be an object. */
public sealed interface Stored {

    /** The object is there, whole. */
    record Written(StoredObject object) implements Stored {}

    /** These very bytes lie there already, from an earlier or a simultaneous call. */
    record Repeated(StoredObject object) implements Stored {}

    /** The path was taken by other bytes, and those stay. */
    record Taken(StoredObject object) implements Stored {}

    /** Nothing was kept. */
    record Refused(Reason reason) implements Stored {}

    enum Reason {
        TOO_LARGE,
        EMPTY,
        /** The bytes do not begin as the named type does. */
        NOT_THIS_TYPE,
        /** The sender went away, or was too slow. */
        CUT_OFF,
        NO_SPACE
    }
}
