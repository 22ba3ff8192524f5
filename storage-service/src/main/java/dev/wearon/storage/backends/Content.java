package dev.wearon.storage.backends;

import io.smallrye.mutiny.Multi;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;

/** The bytes of a range, in the form that costs the backend least. */
public sealed interface Content {

    /** A range of a file that never changes. The kernel can send it without a copy in this process. */
    record InFile(Path file, long from, long length) implements Content {}

    /** A stream with backpressure. The stream holds a connection, so it must be read once and soon. */
    record Streamed(Multi<Buffer> bytes, long length) implements Content {}
}
