package dev.wearon.storage.transfer;

import dev.wearon.http.Problem;
import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.backends.NoSpace;
import dev.wearon.storage.catalog.ObjectPath;
import dev.wearon.storage.catalog.Objects;
import dev.wearon.storage.catalog.Objects.Insertion;
import dev.wearon.storage.catalog.Objects.NewObject;
import dev.wearon.storage.images.ImageType;
import dev.wearon.storage.images.Inspection;
import dev.wearon.storage.images.Limits;
import dev.wearon.storage.images.RejectedException;
import dev.wearon.storage.images.Rejection;
import dev.wearon.storage.ownership.Ownership;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.MultiHelper;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/**
 * Stores the body of a request as an object: writes the bytes to the backend, inspects them as they pass, and then
 * inserts the row. No transaction is open while bytes move. A write that has begun continues even if its caller is
 * cancelled.
 */
@ApplicationScoped
public class ObjectWriter {

    private static final Logger LOG = Logger.getLogger(ObjectWriter.class);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final int PIECE_BYTES = 64 * 1024;

    private final Vertx vertx;
    private final Backend backend;
    private final Objects objects;
    private final Ownership ownership;
    private final TransferConfig config;

    ObjectWriter(Vertx vertx, Backend backend, Objects objects, Ownership ownership, TransferConfig config) {
        this.vertx = vertx;
        this.backend = backend;
        this.objects = objects;
        this.ownership = ownership;
        this.config = config;
    }

    /** The sender failed or disconnected before the body was complete. */
    private static final class BodyInterrupted extends RuntimeException {

        BodyInterrupted(Throwable cause) {
            super("The body was interrupted", cause);
        }
    }

    /** @param request a request with an unread body; after a refusal a part of the body may still be unread */
    Uni<WriteResult> write(NewObject object, ImageType type, long maxBytes, HttpServerRequest request) {
        String declared = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (declared == null) {
            return Uni.createFrom().item(new WriteResult.LengthMissing());
        }
        long length = Long.parseLong(declared);
        if (length == 0) {
            return Uni.createFrom().item(new WriteResult.Rejected(new Rejection.Empty()));
        }
        if (length > maxBytes) {
            return Uni.createFrom().item(new WriteResult.Rejected(new Rejection.TooLarge(maxBytes)));
        }
        return write(object, type, maxBytes, length, body(request), () -> ContentMd5.of(request));
    }

    /** Stores bytes that are in memory. */
    public Uni<WriteResult> write(NewObject object, ImageType type, long maxBytes, Buffer bytes) {
        return write(object, type, maxBytes, bytes.length(), pieces(bytes), Optional::empty);
    }

    /** Small ones, because the inspection copies each. */
    private static Multi<Buffer> pieces(Buffer bytes) {
        return Multi.createFrom()
                .items(IntStream.iterate(0, at -> at < bytes.length(), at -> at + PIECE_BYTES)
                        .mapToObj(at -> bytes.slice(at, Math.min(at + PIECE_BYTES, bytes.length()))));
    }

    private Uni<WriteResult> write(
            NewObject object,
            ImageType type,
            long maxBytes,
            long length,
            Multi<Buffer> body,
            Supplier<Optional<ContentMd5>> declaredChecksum) {
        if (!ownership.isConfirmed()) {
            // If the backend belongs to another suite, that suite would remove the blob as an orphan.
            return Uni.createFrom()
                    .failure(Problem.unavailable("The storage is not available right now.", RETRY_AFTER));
        }
        Optional<ContentMd5> checksum = declaredChecksum.get();
        String blob = UUID.randomUUID().toString();
        Inspection inspection =
                new Inspection(type, Limits.of(maxBytes, config.imageMaxSide(), config.imageMaxPixels()));
        Multi<Buffer> bytes =
                body.onItem().invoke(inspection::update).onCompletion().invoke(inspection::finish);
        Multi<Buffer> checked = checksum.map(
                        md5 -> bytes.onItem().invoke(md5::update).onCompletion().invoke(md5::finish))
                .orElse(bytes);
        return backend.write(blob, length, checked)
                .chain(() -> insertRow(object, type, blob, inspection))
                .onFailure(RejectedException.class)
                .recoverWithItem(rejected -> new WriteResult.Rejected(((RejectedException) rejected).rejection()))
                .onFailure(ContentMd5.Mismatch.class)
                .recoverWithItem(new WriteResult.WrongChecksum())
                .onFailure(BodyInterrupted.class)
                .recoverWithItem(new WriteResult.Interrupted())
                .onFailure(NoSpace.class)
                .invoke(full -> LOG.errorf("No space for %s", object.path()))
                .onFailure(NoSpace.class)
                .recoverWithItem(new WriteResult.NoSpace())
                // A memoized result is not cancelled with its caller: a row that is being inserted may need this blob.
                .memoize()
                .indefinitely();
    }

    private Uni<WriteResult> insertRow(NewObject object, ImageType type, String blob, Inspection inspection) {
        String sha256 = inspection.hash();
        return objects.insert(object, blob, type.contentType(), inspection.size(), sha256)
                .chain(inserted -> switch (inserted) {
                    case Insertion.Inserted written -> Uni.createFrom().item(new WriteResult.Written(written.object()));
                    case Insertion.Taken taken -> deleteBlob(blob).chain(() -> resolveConflict(object.path(), sha256));
                    case Insertion.TooManyKept many -> deleteBlob(blob).replaceWith(new WriteResult.TooManyKept());
                });
    }

    /** Deletes the blob of a write that gets no row. */
    private Uni<Void> deleteBlob(String blob) {
        return backend.delete(blob)
                .onFailure()
                .invoke(fault -> LOG.errorf(fault, "Blob %s belongs to no object and could not be deleted", blob))
                .onFailure()
                .recoverWithNull();
    }

    /** Compares the bytes of this write with those that an earlier write stored at the path. */
    private Uni<WriteResult> resolveConflict(ObjectPath path, String sha256) {
        return objects.find(path)
                .map(found -> found.<WriteResult>map(first -> first.sha256().equals(sha256)
                                ? new WriteResult.Repeated(first)
                                : new WriteResult.Conflict(first))
                        .orElseGet(WriteResult.Removed::new));
    }

    private Multi<Buffer> body(HttpServerRequest request) {
        return Multi.createFrom().deferred(() -> {
            if (request.response().closed()) {
                return Multi.createFrom().failure(new BodyInterrupted(null));
            }
            if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
                request.response().writeContinue();
            }
            long timer = vertx.setTimer(config.receiveTimeout().toMillis(), late -> request.connection()
                    .close());
            return MultiHelper.toMulti(request)
                    .onFailure()
                    .transform(BodyInterrupted::new)
                    .onTermination()
                    .invoke(() -> vertx.cancelTimer(timer));
        });
    }
}
