package dev.wearon.generation.crash;

/** A step that has just been done, so that a process which dies here has done it and nothing after it. */
public enum CrashPoint {
    /** The row of the Idempotency-Key stands. */
    KEY_ROW,
    /** The ledger has answered that the session is charged. */
    CHARGE,
    /** The queued row stands. */
    INSERT,
    /** The permit lies in Redis; the client has no answer yet. */
    PUSH,
    /** A worker holds the session. */
    CLAIM,
    /** The model has made the picture. */
    MODEL_CALL,
    /** The picture lies in storage. */
    OBJECT_WRITTEN,
    /** The row says completed. */
    COMPLETE,
    /** The row says failed. */
    FAIL,
    /** The ledger has given the credit back; the row does not say so yet. */
    RELEASE
}
