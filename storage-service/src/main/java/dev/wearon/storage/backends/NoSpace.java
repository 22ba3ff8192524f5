package dev.wearon.storage.backends;

import java.io.IOException;

/** The disk is full, or this process's share of it is. */
public final class NoSpace extends IOException {

    NoSpace(IOException cause) {
        super("No space left for a blob", cause);
    }
}
