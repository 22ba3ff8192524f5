package dev.wearon.storage.backends;

import java.nio.file.Path;

/** How a backend hands over a blob's bytes: in the way that costs it least. */
public sealed interface Content {

    /** A file that nobody changes any more; the kernel can send it without our seeing the bytes. */
    record InFile(Path file) implements Content {}
}
