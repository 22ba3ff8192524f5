package dev.wearon.storage.objects;

import dev.wearon.http.Problem;
import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.backends.Content;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.PathPart;

/** Answers with an object's bytes, or that it is not there. */
@ApplicationScoped
class Reading {

    private static final Logger LOG = Logger.getLogger(Reading.class);

    private final Objects objects;
    private final Backend backend;
    private final Clock clock;

    Reading(Objects objects, Backend backend, Clock clock) {
        this.objects = objects;
        this.backend = backend;
        this.clock = clock;
    }

    /** Headers and bytes. */
    Uni<Response> get(ObjectPath path) {
        return objects.findLiving(path, clock.instant()).chain(found -> {
            StoredObject object = found.orElseThrow(() -> Problem.notFound("The object"));
            return backend.read(object.blob(), 0, object.sizeBytes()).map(content -> withBytes(object, content));
        });
    }

    /** Headers alone. */
    Uni<Response> head(ObjectPath path) {
        return objects.findLiving(path, clock.instant())
                .map(found ->
                        found.map(object -> headers(object).build()).orElseThrow(() -> Problem.notFound("The object")));
    }

    private static Response withBytes(StoredObject object, Optional<Content> content) {
        if (content.isEmpty()) {
            LOG.errorf("The bytes of %s are gone while its row stands", object.path());
            throw Problem.notFound("The object");
        }
        return switch (content.get()) {
            case Content.InFile file ->
                headers(object)
                        .entity(new PathPart(file.file(), file.from(), file.length()))
                        .build();
        };
    }

    private static Response.ResponseBuilder headers(StoredObject object) {
        return Response.ok()
                .type(object.contentType())
                .header(HttpHeaders.CONTENT_LENGTH, object.sizeBytes())
                .header(HttpHeaders.CACHE_CONTROL, "private")
                // A browser must not find a script in what we call an image.
                .header("X-Content-Type-Options", "nosniff");
    }
}
