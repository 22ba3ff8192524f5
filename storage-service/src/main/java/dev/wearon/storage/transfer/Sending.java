package dev.wearon.storage.transfer;

import dev.wearon.storage.backends.BackendFault;
import dev.wearon.storage.backends.Content;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import org.jboss.logging.Logger;

/**
 * Writes content to a response whose headers are set, with backpressure: a slow client holds an open file or a connection to
 * the bucket, but no thread, and a few KiB of memory. A client that disconnects is no error.
 */
final class Sending {

    private static final Logger LOG = Logger.getLogger(Sending.class);

    /** The file of an object cannot be opened. Nothing was sent. */
    static final class NotOpened extends RuntimeException {

        NotOpened(Throwable cause) {
            super(cause);
        }
    }

    private Sending() {}

    /**
     * Completes when the response has ended, or cannot be completed any more. Fails with {@link NotOpened}, and only before the
     * first byte.
     */
    static Uni<Void> send(Content content, RoutingContext ctx) {
        return switch (content) {
            case Content.InFile file -> sendFile(file, ctx);
            case Content.Streamed streamed -> pump(streamed, ctx);
        };
    }

    /** The kernel copies the bytes from the file to the connection. */
    private static Uni<Void> sendFile(Content.InFile file, RoutingContext ctx) {
        HttpServerResponse response = ctx.response();
        return Uni.createFrom()
                .completionStage(() -> response.sendFile(file.file().toString(), file.from(), file.length())
                        .toCompletionStage())
                .invoke(() -> {
                    if (response.bytesWritten() < file.length()) {
                        // The file was truncated after the check. Only a closed connection shows this to the client.
                        ctx.request().connection().close();
                    }
                })
                // Vert.x ends the response only after it has opened the file. Before that, no byte was sent.
                .onFailure(broken -> response.ended())
                .recoverWithNull()
                .onFailure()
                .transform(NotOpened::new);
    }

    private static Uni<Void> pump(Content.Streamed streamed, RoutingContext ctx) {
        HttpServerResponse response = ctx.response();
        return Uni.createFrom().emitter(done -> {
            Cancellable sending = streamed.bytes()
                    .onItem()
                    .transformToUniAndConcatenate(piece -> write(piece, response))
                    .onItem()
                    .ignoreAsUni()
                    .subscribe()
                    .with(
                            sent -> {
                                response.end();
                                done.complete(null);
                            },
                            fault -> {
                                if (fault instanceof BackendFault) {
                                    LOG.error("The backend failed in the middle of a response", fault);
                                }
                                // After the headers, only a closed connection shows the client that bytes are missing.
                                response.reset();
                                done.complete(null);
                            });
            // Also when the client disconnects.
            ctx.addEndHandler(ended -> sending.cancel());
        });
    }

    private static Uni<Void> write(Buffer piece, HttpServerResponse response) {
        return Uni.createFrom().completionStage(() -> response.write(piece).toCompletionStage());
    }
}
