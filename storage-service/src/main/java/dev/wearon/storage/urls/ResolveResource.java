package dev.wearon.storage.urls;

import dev.wearon.http.Problem;
import dev.wearon.http.ProblemMapper;
import dev.wearon.identity.Caller;
import dev.wearon.identity.Principal;
import dev.wearon.routes.JsonCall;
import dev.wearon.routes.JsonRoutes;
import dev.wearon.routes.JsonRoutes.Endpoint;
import dev.wearon.storage.catalog.ObjectPath;
import dev.wearon.storage.faults.Unavailable;
import dev.wearon.storage.urls.ImageUrls.Check;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Checks, before a try-on is charged, that images belong to the caller and live long enough for the work. The identity of the
 * caller asks for one try-on. A service asks for many in one call: each member has the identity of its caller and its own
 * answer, the same as if the caller had asked.
 */
@Singleton
class ResolveResource {

    private static final int MAX_IMAGES = 10;
    private static final long MAX_SECONDS = 86_400;
    private static final int MAX_MEMBERS = 64;
    private static final int MAX_BATCH_BYTES = 4 << 20;

    record Request(List<String> imageUrls, long liveForSeconds) {}

    record Answer(List<String> paths) {}

    /** @param identity in the form of an {@code Authorization} header */
    record Member(String identity, List<String> imageUrls, long liveForSeconds) {}

    record Batch(List<Member> requests) {}

    /** Has an {@link Answer} or a {@link Problem.Body} for each member, in the same order. */
    record BatchAnswer(List<Object> answers) {}

    /** What is known of a request before the objects are looked up. */
    private sealed interface Checked {

        record Valid(Check check) implements Checked {}

        record Refused(Problem problem) implements Checked {}
    }

    private final ImageUrls imageUrls;
    private final Caller caller;
    private final int maxBytes;

    ResolveResource(
            ImageUrls imageUrls, Caller caller, @ConfigProperty(name = "wearon.storage.json-max-bytes") int maxBytes) {
        this.imageUrls = imageUrls;
        this.caller = caller;
        this.maxBytes = maxBytes;
    }

    void serve(@Observes Router router, JsonRoutes routes) {
        routes.serve(
                router,
                "/internal/v1/objects/resolve",
                Endpoint.post(Principal.OfStore.class, maxBytes, this::resolve));
        routes.serve(
                router,
                "/internal/v1/objects/resolve/batch",
                Endpoint.post(Principal.Service.class, MAX_BATCH_BYTES, this::resolveBatch));
    }

    private Uni<JsonRoutes.Answer> resolve(JsonCall call) throws IOException {
        Request request = Violations.requireBody(call.body(Request.class));
        return resolve(List.of(check(call.ofStore(), request))).map(results -> {
            if (results.getFirst() instanceof Problem refusal) {
                throw refusal;
            }
            return JsonRoutes.Answer.ok(results.getFirst());
        });
    }

    private Uni<JsonRoutes.Answer> resolveBatch(JsonCall call) throws IOException {
        Batch batch = Violations.requireBody(call.body(Batch.class));
        new Violations()
                .requireElements("requests", batch.requests(), 1, MAX_MEMBERS)
                .throwIfAny();
        return resolve(batch.requests().stream().map(this::check).toList())
                .map(results -> JsonRoutes.Answer.ok(new BatchAnswer(results.stream()
                        .map(result -> result instanceof Problem refusal ? refusal.body() : result)
                        .toList())));
    }

    private Checked check(Member member) {
        return caller.verify(member.identity())
                .map(principal -> principal instanceof Principal.OfStore caller
                        ? check(caller, new Request(member.imageUrls(), member.liveForSeconds()))
                        : new Checked.Refused(Problem.notFound("The path")))
                .orElseGet(() -> new Checked.Refused(ProblemMapper.unidentified()));
    }

    private static Checked check(Principal.OfStore caller, Request request) {
        return new Violations()
                .requireTexts("image_urls", request.imageUrls(), 1, MAX_IMAGES, Integer.MAX_VALUE)
                .require(request.liveForSeconds() >= 0, "live_for_seconds must be greater than or equal to 0")
                .require(
                        request.liveForSeconds() <= MAX_SECONDS,
                        "live_for_seconds must be less than or equal to " + MAX_SECONDS)
                .problem()
                .<Checked>map(Checked.Refused::new)
                .orElseGet(() -> new Checked.Valid(new Check(
                        caller.storeId(),
                        caller.confinedTo(),
                        request.imageUrls(),
                        Duration.ofSeconds(request.liveForSeconds()))));
    }

    /** Returns an {@link Answer} or a {@link Problem} for each request. All valid requests share one statement. */
    private Uni<List<Object>> resolve(List<Checked> requests) {
        List<Check> checks = requests.stream()
                .filter(Checked.Valid.class::isInstance)
                .map(valid -> ((Checked.Valid) valid).check())
                .toList();
        return imageUrls
                .resolve(checks)
                .map(resolutions -> {
                    Iterator<Resolution> next = resolutions.iterator();
                    return requests.stream()
                            .map(request -> switch (request) {
                                case Checked.Refused refused -> refused.problem();
                                case Checked.Valid valid -> result(valid.check(), next.next());
                            })
                            .toList();
                })
                .onFailure()
                .transform(Unavailable::of);
    }

    private Object result(Check check, Resolution resolution) {
        return switch (resolution) {
            case Resolution.Resolved resolved ->
                new Answer(resolved.paths().stream().map(ObjectPath::text).toList());
            case Resolution.NotAnUploadUrl refused ->
                refusal(refused.index(), "is not the URL of an uploaded image", check.storeId());
            case Resolution.KeptPerson refused ->
                Problem.invalid(
                        "image_urls[0] is a kept image, but the first image shows the person, whose photo is never"
                                + " kept. Upload the photo without keep.");
            case Resolution.NotFound refused ->
                refusal(
                        refused.index(),
                        "names no image of this store that lives %d more seconds"
                                .formatted(check.liveFor().toSeconds()),
                        check.storeId());
        };
    }

    /** Names the index and the expected form, but never repeats the URL, because its signature is a secret. */
    private Problem refusal(int index, String why, UUID storeId) {
        return Problem.invalid("image_urls[%d] %s; expected an image_url of an upload, which begins with %s"
                .formatted(index, why, imageUrls.expectedPrefix(storeId)));
    }
}
