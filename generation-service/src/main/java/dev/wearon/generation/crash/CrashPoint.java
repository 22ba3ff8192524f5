package dev.wearon.generation.crash;

/** A finished step of a session, after which a test can halt the process. The later steps are not done. */
public enum CrashPoint {
    /** The row of the Idempotency-Key is committed. */
    KEY_ROW,
    /** The ledger has charged the session. */
    CHARGE,
    /** The queued row is committed. */
    INSERT,
    /** The permit is in Redis; the client has no response yet. */
    PUSH,
    /** A worker has claimed the session. */
    CLAIM,
    /** The model has made the picture. */
    MODEL_CALL,
    /** The picture is in storage. */
    OBJECT_WRITTEN,
    /** The row is completed. */
    COMPLETE,
    /** The row is failed. */
    FAIL,
    /** The ledger has given the credit back; the row does not show it yet. */
    RELEASE
}
