package dev.wearon.storage.transfer;

import dev.wearon.storage.backends.BackendFault;
import dev.wearon.storage.backends.Content;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.buffer.Buffer;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerHttpResponse;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/** Writes a stream to the response, with backpressure. A client that disconnects cancels the stream. */
@Provider
final class StreamedWriter implements ServerMessageBodyWriter<Content.Streamed> {

    private static final Logger LOG = Logger.getLogger(StreamedWriter.class);

    @Override
    public boolean isWriteable(
            Class<?> type, Type genericType, ResteasyReactiveResourceInfo target, MediaType mediaType) {
        return Content.Streamed.class.isAssignableFrom(type);
    }

    @Override
    public void writeResponse(Content.Streamed content, Type genericType, ServerRequestContext context) {
        ResteasyReactiveRequestContext request = (ResteasyReactiveRequestContext) context;
        ServerHttpResponse response = context.serverResponse();
        // The other headers are written with the first byte; the server needs Content-Length before it.
        response.setResponseHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(content.length()));
        request.suspend();
        Cancellable sending = content.bytes()
                .onItem()
                .transformToUniAndConcatenate(piece -> write(piece, response))
                .onItem()
                .ignoreAsUni()
                .subscribe()
                .with(
                        sent -> {
                            response.end();
                            request.resume();
                        },
                        fault -> {
                            // A client that disconnects is no error.
                            if (fault instanceof BackendFault) {
                                LOG.error("The backend failed in the middle of a response", fault);
                            }
                            // After the headers, only a closed connection shows the client that bytes are missing.
                            response.reset();
                            request.resume();
                        });
        response.addCloseHandler(sending::cancel);
    }

    private static Uni<Void> write(Buffer piece, ServerHttpResponse response) {
        return Uni.createFrom().completionStage(() -> response.write(piece.getBytes()));
    }

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return Content.Streamed.class.isAssignableFrom(type);
    }

    @Override
    public void writeTo(
            Content.Streamed content,
            Class<?> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream out) {
        throw new UnsupportedOperationException("Only streamed");
    }
}
