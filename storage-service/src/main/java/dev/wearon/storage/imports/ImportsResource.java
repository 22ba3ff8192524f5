package dev.wearon.storage.imports;

import dev.wearon.egress.EgressGuard;
import dev.wearon.egress.EgressGuard.Target;
import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import dev.wearon.routes.JsonCall;
import dev.wearon.routes.JsonRoutes;
import dev.wearon.routes.JsonRoutes.Endpoint;
import dev.wearon.storage.catalog.ObjectPath;
import dev.wearon.storage.catalog.Objects.NewObject;
import dev.wearon.storage.catalog.StoredObject;
import dev.wearon.storage.faults.Unavailable;
import dev.wearon.storage.images.FileFormat;
import dev.wearon.storage.images.ImageType;
import dev.wearon.storage.imports.Imports.Imported;
import dev.wearon.storage.imports.Imports.Key;
import dev.wearon.storage.signing.SignedUrls;
import dev.wearon.storage.transfer.ObjectWriter;
import dev.wearon.storage.transfer.TransferProblems;
import dev.wearon.storage.transfer.WriteResult;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Imports an image by URL. The object belongs to the {@link Principal.OfStore#owner} of the caller, like an upload. */
@Singleton
class ImportsResource {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** More than the recognition of any format needs. */
    private static final int HEAD_BYTES = 4_096;

    record Request(String url) {}

    /** GET {@code imageUrl} returns the image, until {@code expiresAt}. */
    record Answer(String path, String imageUrl, Instant expiresAt) {}

    private final ImageFetcher fetcher;
    private final Imports imports;
    private final RunningImports running;
    private final ObjectWriter writer;
    private final SignedUrls signedUrls;
    private final int maxBodyBytes;

    ImportsResource(
            ImageFetcher fetcher,
            Imports imports,
            RunningImports running,
            ObjectWriter writer,
            SignedUrls signedUrls,
            @ConfigProperty(name = "wearon.storage.json-max-bytes") int maxBodyBytes) {
        this.fetcher = fetcher;
        this.imports = imports;
        this.running = running;
        this.writer = writer;
        this.signedUrls = signedUrls;
        this.maxBodyBytes = maxBodyBytes;
    }

    void serve(@Observes Router router, JsonRoutes routes) {
        routes.serve(
                router,
                "/api/v1/storage/imports",
                Endpoint.post(Principal.OfStore.class, maxBodyBytes, this::importImage));
    }

    private Uni<JsonRoutes.Answer> importImage(JsonCall call) throws IOException {
        Request request = call.body(Request.class);
        if (request == null || request.url() == null) {
            throw Problem.invalid("url must not be null.");
        }
        Principal.OfStore caller = call.ofStore();
        Target target = target(caller, request.url());
        Key key = Key.of(caller, target);
        return imports.find(key)
                .chain(known -> known.map(it -> Uni.createFrom().item(answer(HttpResponseStatus.OK, it)))
                        .orElseGet(() -> importNew(key, target)))
                .onFailure()
                .transform(Unavailable::of);
    }

    private Target target(Principal.OfStore caller, String url) {
        Target target =
                switch (fetcher.parse(url)) {
                    case Target parsed -> parsed;
                    case EgressGuard.Refused refused -> throw Problem.invalid("url " + refused.why() + ".");
                };
        if (!caller.terms().imageHosts().contains(target.host())) {
            throw Problem.of(
                    Problem.Code.HOST_NOT_ALLOWED,
                    "Images of this host may not be imported. The operator of the server allows hosts for each store.");
        }
        return target;
    }

    private Uni<JsonRoutes.Answer> importNew(Key key, Target target) {
        if (!running.begin(key.storeId())) {
            throw Problem.unavailable("Too many images are being imported at the same time.", RETRY_AFTER);
        }
        return fetcher.fetch(target)
                .chain(bytes -> store(key, bytes))
                .eventually(() -> running.end(key.storeId()))
                .chain(stored -> record(key, stored));
    }

    private Uni<StoredObject> store(Key key, Buffer bytes) {
        byte[] head = bytes.getBytes(0, Math.min(bytes.length(), HEAD_BYTES));
        ImageType type = ImageType.of(head).orElseThrow(() -> unsupported(head));
        ObjectPath path = ObjectPath.newUpload(key.storeId(), type);
        return writer.write(NewObject.upload(path, key.owner(), false), type, fetcher.maxBytes(), bytes)
                .map(result -> switch (result) {
                    case WriteResult.Written written -> written.object();
                    case WriteResult.Repeated repeated -> repeated.object();
                    case WriteResult.Conflict conflict -> throw new IllegalStateException("The new path was taken");
                    case WriteResult.Failed failed -> throw TransferProblems.of(failed);
                });
    }

    /** An import of the same time may have been first; then its object is the answer, and the own one expires unused. */
    private Uni<JsonRoutes.Answer> record(Key key, StoredObject stored) {
        JsonRoutes.Answer own = answer(HttpResponseStatus.CREATED, new Imported(stored.path(), stored.expiresAt()));
        return imports.record(key, stored.path())
                .chain(recorded -> recorded.isPresent()
                        ? Uni.createFrom().item(own)
                        : imports.find(key).map(first -> first.map(it -> answer(HttpResponseStatus.OK, it))
                                .orElse(own)));
    }

    private JsonRoutes.Answer answer(HttpResponseStatus status, Imported imported) {
        String path = imported.path().text();
        return new JsonRoutes.Answer(
                status.code(),
                Map.of(),
                new Answer(path, signedUrls.read(path, imported.expiresAt()).url(), imported.expiresAt()));
    }

    private static Problem unsupported(byte[] head) {
        FileFormat found = FileFormat.of(head);
        return Problem.of(
                Problem.Code.UNSUPPORTED_IMAGE,
                "The URL leads to %s. Only JPEG, PNG and WebP pictures can be read here. %s"
                        .formatted(found.what(), found.remedy()));
    }
}
