package dev.wearon.storage.s3;

import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.backends.BackendFault;
import dev.wearon.storage.backends.BackendRefused;
import dev.wearon.storage.backends.Blob;
import dev.wearon.storage.backends.Content;
import dev.wearon.storage.backends.NoSpace;
import io.netty.buffer.Unpooled;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.core.Context;
import io.vertx.mutiny.core.Vertx;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import mutiny.zero.flow.adapters.AdaptersToFlow;
import org.jboss.logging.Logger;
import org.reactivestreams.Publisher;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.ResponsePublisher;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Stores blobs as objects of a bucket, named {@code <prefix><blob>}. The bucket may belong to AWS or to another server
 * that speaks its protocol. Several processes may share it.
 */
@Singleton
@Identifier("s3")
final class S3 implements Backend {

    private static final Logger LOG = Logger.getLogger(S3.class);
    private static final int INSUFFICIENT_STORAGE = 507;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    /** The object that names the owner. No blob has this name. */
    private static final String OWNER = "owner";

    private static final int OWNER_MAX_BYTES = 100;

    /** The number of pieces of a blob, each of some KiB, that are buffered for a slow reader. */
    private static final int BUFFERED_PIECES = 4;

    private final Vertx vertx;
    private final S3Config config;
    private final S3Clients clients;
    private final String bucket;

    S3(Vertx vertx, S3Config config) {
        this.vertx = vertx;
        this.config = config;
        this.bucket = S3Clients.required(config.bucket(), "BUCKET", "name the bucket in which images are kept");
        this.clients = S3Clients.open(config, vertx.getDelegate().nettyEventLoopGroup());
    }

    @Override
    public Uni<Void> write(String blob, long length, Multi<Buffer> bytes) {
        return Uni.createFrom().deferred(() -> {
            UploadBody body = new UploadBody(bytes, length, eventLoop());
            PutObjectRequest put = PutObjectRequest.builder()
                    .bucket(bucket)
                    .key(key(blob))
                    .contentLength(length)
                    .build();
            return call(() -> clients.withoutRetries().putObject(put, AsyncRequestBody.fromPublisher(body)))
                    .onFailure()
                    .transform(fault -> body.failure().orElse(fault))
                    .onFailure()
                    .call(() -> deleteLeftovers(blob))
                    .replaceWithVoid();
        });
    }

    /** Deletes the blob of a failed write: a bucket that did not answer in time may have stored the bytes. */
    private Uni<Void> deleteLeftovers(String blob) {
        return delete(blob)
                .onFailure()
                .invoke(fault -> LOG.warnf(fault, "Blob %s may have been stored, and could not be deleted", blob))
                .onFailure()
                .recoverWithNull();
    }

    @Override
    public Uni<Optional<Content>> read(String blob, long from, long length) {
        return call(() -> clients.withRetries()
                        .getObject(
                                get -> get.bucket(bucket)
                                        .key(key(blob))
                                        .range("bytes=%d-%d".formatted(from, from + length - 1)),
                                AsyncResponseTransformer.toPublisher()))
                .map(bytes -> content(bytes, length))
                .onFailure(S3::isNotFound)
                .recoverWithItem(Optional.empty());
    }

    /** Returns empty for a truncated blob: a bucket answers with the part of the range that exists. */
    private Optional<Content> content(ResponsePublisher<GetObjectResponse> answer, long length) {
        Multi<Buffer> bytes = stream(answer).map(piece -> Buffer.buffer(Unpooled.wrappedBuffer(piece)));
        if (answer.response().contentLength() < length) {
            // Bytes that are not read would hold their connection.
            bytes.subscribe().with(piece -> {}).cancel();
            return Optional.empty();
        }
        return Optional.of(new Content.Streamed(bytes, length));
    }

    @Override
    public Uni<OptionalLong> size(String blob) {
        return call(() -> clients.withRetries().headObject(head -> head.bucket(bucket)
                        .key(key(blob))
                        .overrideConfiguration(call -> call.apiCallTimeout(config.callTimeout()))))
                .map(head -> OptionalLong.of(head.contentLength()))
                .onFailure(S3::isNotFound)
                .recoverWithItem(OptionalLong.empty());
    }

    @Override
    public Uni<Void> delete(String blob) {
        return call(() -> clients.withRetries().deleteObject(delete -> delete.bucket(bucket)
                        .key(key(blob))
                        .overrideConfiguration(call -> call.apiCallTimeout(config.callTimeout()))))
                .replaceWithVoid();
    }

    @Override
    public Multi<Blob> list() {
        return Multi.createFrom().deferred(() -> stream(clients.withRetries()
                        .listObjectsV2Paginator(list -> list.bucket(bucket)
                                .prefix(config.prefix())
                                .maxKeys(config.pageSize())
                                .overrideConfiguration(call -> call.apiCallTimeout(config.callTimeout())))
                        .contents())
                .filter(object -> !object.key().equals(key(OWNER)))
                .map(this::blob));
    }

    private Blob blob(S3Object object) {
        return new Blob(object.key().substring(config.prefix().length()), object.lastModified());
    }

    /**
     * Writes the owner only if there is none: the bucket decides between concurrent first claims. On a server that
     * ignores this condition the last claim wins, and the others fail when they claim again.
     */
    @Override
    public Uni<Void> claim(String suite) {
        return owner().chain(owner -> owner.isPresent()
                        ? Uni.createFrom().item(owner)
                        : writeOwner(suite).chain(this::owner))
                .onItem()
                .transformToUni(owner -> owner.filter(name -> !name.isEmpty())
                        .map(name -> Uni.createFrom().item(name))
                        // Another process is writing the owner, or stopped before it was complete.
                        .orElseGet(() -> Uni.createFrom().failure(new BackendFault(new IOException("no owner yet")))))
                .invoke(owner -> requireEqual(suite, owner))
                .onFailure(BackendFault.class)
                .transform(fault -> S3Errors.of(fault, config))
                .replaceWithVoid();
    }

    private Uni<Optional<String>> owner() {
        return call(() -> clients.withRetries()
                        .getObject(
                                get -> get.bucket(bucket)
                                        .key(key(OWNER))
                                        .range("bytes=0-" + OWNER_MAX_BYTES)
                                        .overrideConfiguration(call -> call.apiCallTimeout(config.callTimeout())),
                                AsyncResponseTransformer.toBytes()))
                .map(bytes -> Optional.of(bytes.asUtf8String().strip()))
                .onFailure(S3::isNotFound)
                .recoverWithItem(Optional.empty());
    }

    private Uni<Void> writeOwner(String suite) {
        return call(() -> clients.withRetries()
                        .putObject(
                                put -> put.bucket(bucket)
                                        .key(key(OWNER))
                                        .ifNoneMatch("*")
                                        .overrideConfiguration(call -> call.apiCallTimeout(config.callTimeout())),
                                AsyncRequestBody.fromString(suite)))
                .onFailure(S3Errors::objectExists)
                .recoverWithNull()
                .replaceWithVoid();
    }

    private void requireEqual(String suite, String owner) {
        if (!owner.equals(suite)) {
            throw new BackendRefused(
                    ("WEARON_STORAGE_S3_BUCKET and WEARON_STORAGE_S3_PREFIX name the images of another suite: the owner of"
                                    + " %s/%s is %s, this database's suite is %s. Set another prefix; or, if that suite no"
                                    + " longer exists, delete the object %s.")
                            .formatted(bucket, config.prefix(), owner, suite, key(OWNER)));
        }
    }

    /** Checks that the bucket exists and the key is valid. It does not check that the key may write. */
    @Override
    public Uni<Void> probe() {
        return call(() -> clients.withRetries().headBucket(head -> head.bucket(bucket)
                        .overrideConfiguration(call -> call.apiCallTimeout(config.callTimeout()))))
                .replaceWithVoid();
    }

    @Override
    public void close() {
        clients.close();
    }

    private String key(String blob) {
        return config.prefix() + blob;
    }

    /** Continues on the caller's event loop, because the client answers on other threads. Cancelling aborts the call. */
    private <T> Uni<T> call(Supplier<CompletableFuture<T>> call) {
        return Uni.createFrom().deferred(() -> Uni.createFrom()
                .completionStage(call)
                .onFailure(SdkException.class)
                .transform(S3::translate)
                .emitOn(eventLoop()));
    }

    private <T> Multi<T> stream(Publisher<T> publisher) {
        return Multi.createFrom()
                .publisher(AdaptersToFlow.publisher(publisher))
                // After the response has begun, a failure is an exception of the connection.
                .onFailure()
                .transform(S3::translate)
                .emitOn(eventLoop(), BUFFERED_PIECES);
    }

    private static boolean isNotFound(Throwable failed) {
        return failed instanceof NoSuchKeyException
                || failed instanceof S3Exception beyond && beyond.statusCode() == RANGE_NOT_SATISFIABLE;
    }

    private static Throwable translate(Throwable failed) {
        return switch (failed) {
            case S3Exception absent when isNotFound(absent) -> absent;
            case S3Exception full when full.statusCode() == INSUFFICIENT_STORAGE -> new NoSpace(full);
            default -> new BackendFault(failed);
        };
    }

    private Executor eventLoop() {
        Context context = vertx.getOrCreateContext();
        return command -> context.runOnContext(command);
    }
}
