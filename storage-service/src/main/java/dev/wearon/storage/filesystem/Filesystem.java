package dev.wearon.storage.filesystem;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.backends.BackendFault;
import dev.wearon.storage.backends.BackendRefused;
import dev.wearon.storage.backends.Blob;
import dev.wearon.storage.backends.Content;
import dev.wearon.storage.backends.NoSpace;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.core.Vertx;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;

/** Stores blobs as files under {@code wearon.storage.data-dir}. Every access to the disk runs on a worker thread. */
@Singleton
@Identifier("filesystem")
final class Filesystem implements Backend {

    /** The most blobs that one call on a worker thread lists. */
    private static final int PAGE = 500;

    /** How long a file counts as present after it was seen: files never change, and only this process deletes them. */
    private static final Duration SEEN_FOR = Duration.ofSeconds(1);

    private static final int MAX_SEEN = 10_000;

    private final Vertx vertx;
    private final BlobFolder folder;

    /** The files that were seen lately, so that most reads of a file that is read often need no worker thread. */
    private final Cache<String, SeenFile> seen = Caffeine.newBuilder()
            .maximumSize(MAX_SEEN)
            .expireAfterWrite(SEEN_FOR)
            .build();

    private record SeenFile(Path path, long size) {

        Optional<Content> part(long from, long length) {
            return size < from + length ? Optional.empty() : Optional.of(new Content.InFile(path, from, length));
        }
    }

    Filesystem(Vertx vertx, FilesystemConfig config) {
        this.vertx = vertx;
        this.folder = open(config.dataDir()
                .orElseThrow(() -> new ConfigurationException(
                        "WEARON_STORAGE_DATA_DIR must name the folder in which images are kept.")));
    }

    private static BlobFolder open(Path dataDir) {
        try {
            return BlobFolder.open(dataDir);
        } catch (IOException unusable) {
            throw new ConfigurationException("WEARON_STORAGE_DATA_DIR names %s, which cannot be used: %s"
                    .formatted(dataDir, unusable.getMessage()));
        }
    }

    @Override
    public Uni<Void> write(String blob, long length, Multi<Buffer> bytes) {
        return blocking(() -> folder.draft(blob)).chain(draft -> bytes.onItem()
                // Requests the next chunk when this one is written, so that a slow disk slows the sender.
                .transformToUniAndConcatenate(chunk -> blocking(() -> {
                    draft.append(ByteBuffer.wrap(chunk.getBytes()));
                    return null;
                }))
                .onItem()
                .ignoreAsUni()
                .chain(() -> blocking(() -> {
                    draft.publish(length);
                    return null;
                }))
                .onTermination()
                .call((done, fault, givenUp) -> fault == null && !givenUp
                        ? Uni.createFrom().voidItem()
                        : blocking(() -> {
                            draft.discard();
                            return null;
                        }))
                .replaceWithVoid());
    }

    @Override
    public Uni<Optional<Content>> read(String blob, long from, long length) {
        SeenFile file = seen.getIfPresent(blob);
        return file != null
                ? Uni.createFrom().item(file.part(from, length))
                : blocking(() -> look(blob).flatMap(found -> found.part(from, length)));
    }

    private Optional<SeenFile> look(String blob) throws IOException {
        OptionalLong size = folder.size(blob);
        if (size.isEmpty()) {
            return Optional.empty();
        }
        SeenFile file = new SeenFile(folder.path(blob), size.getAsLong());
        seen.put(blob, file);
        return Optional.of(file);
    }

    @Override
    public Uni<OptionalLong> size(String blob) {
        return blocking(() -> folder.size(blob));
    }

    @Override
    public Uni<Void> delete(String blob) {
        return blocking(() -> {
            folder.delete(blob);
            seen.invalidate(blob);
            return null;
        });
    }

    @Override
    public Multi<Blob> list() {
        return Multi.createFrom().deferred(() -> {
            Listing listing = folder.list();
            return Multi.createBy()
                    .repeating()
                    .uni(() -> blocking(() -> listing.next(PAGE)))
                    .whilst(page -> !page.isEmpty())
                    .onTermination()
                    .call(() -> blocking(() -> {
                        listing.close();
                        return null;
                    }))
                    .onItem()
                    .transformToMultiAndConcatenate(page -> Multi.createFrom().iterable(page));
        });
    }

    @Override
    public Uni<Void> claim(String suite) {
        return blocking(() -> {
            String owner = folder.claim(suite);
            if (!owner.equals(suite)) {
                throw new BackendRefused(
                        ("WEARON_STORAGE_DATA_DIR names the folder of another suite: its owner is %s, this database's suite"
                                        + " is %s. Name another folder; or, if that suite no longer exists, delete %s.")
                                .formatted(owner, suite, folder.owner()));
            }
            return null;
        });
    }

    @Override
    public Uni<Void> probe() {
        return blocking(() -> {
            folder.probe();
            return null;
        });
    }

    @Override
    public void close() throws IOException {
        folder.close();
    }

    /** Runs accesses unordered, so that one slow access does not delay other requests. */
    private <T> Uni<T> blocking(Callable<T> access) {
        return vertx.executeBlocking(access, false)
                .onFailure(failed -> failed instanceof IOException && !(failed instanceof NoSpace))
                .transform(BackendFault::new);
    }
}
