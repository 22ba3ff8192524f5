package dev.wearon.storage.backends;

import io.smallrye.mutiny.Multi;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;

/** How a backend hands over the bytes it was asked for, no more of them: in the way that costs it least. */
public sealed interface Content {

    /** A run of a file that nobody changes any more; the kernel can send it without our seeing the bytes. */
    record InFile(Path file, long from, long length) implements Content {}

    /** On their way; as fast as they are asked for, to be taken once, and soon: they hold a connection. */
    record Streamed(Multi<Buffer> bytes, long length) implements Content {}
}
