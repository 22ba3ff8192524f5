package dev.wearon.storage.backends;

import java.io.IOException;

/** The disk is full, or this process's share of it is; or the bucket. */
public final class NoSpace extends IOException {

    public NoSpace(Exception cause) {
        super("No space left for a blob", cause);
    }
}
