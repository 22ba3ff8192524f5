package dev.wearon.storage.backends;

import java.io.IOException;

/** The disk, the quota of this process, or the bucket is full. */
public final class NoSpace extends IOException {

    public NoSpace(Exception cause) {
        super("No space left for a blob", cause);
    }
}
