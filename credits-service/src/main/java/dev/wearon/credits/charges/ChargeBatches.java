package dev.wearon.credits.charges;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.http.Problem;
import dev.wearon.http.ProblemMapper;
import dev.wearon.identity.Caller;
import dev.wearon.identity.Principal;
import dev.wearon.routes.JsonCall;
import dev.wearon.routes.JsonRoutes;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * Many charges or releases in one call. Each member gets the answer that it would get alone: an outcome, or the code and message
 * of a refusal. All members enter the group commit in the same tick, so they usually share a commit.
 */
@Singleton
class ChargeBatches {

    private static final int MAX_MEMBERS = 64;

    /** Of 64 members with large identities and descriptions. */
    private static final int BODY_LIMIT = 512 * 1024;

    private static final TypeReference<Map<String, List<ChargeMember>>> CHARGES = new TypeReference<>() {};
    private static final TypeReference<Map<String, List<ReleaseRequest>>> RELEASES = new TypeReference<>() {};

    private final ChargeCalls calls;
    private final Caller caller;
    private final ObjectMapper json;

    ChargeBatches(ChargeCalls calls, Caller caller, ObjectMapper json) {
        this.calls = calls;
        this.caller = caller;
        this.json = json;
    }

    /** @param identity the {@code Authorization} header that the charge would have alone */
    record ChargeMember(
            String identity, String issuer, UUID chargeId, int amount, String requestId, String description) {

        private ChargeRequest request() {
            return new ChargeRequest(issuer, chargeId, amount, requestId, description);
        }
    }

    /** @param answers each is a {@link ChargeCalls.Answer} or a {@link Problem.Body}, in the order of the members */
    record Answers(List<Object> answers) {}

    void serve(@Observes Router router, JsonRoutes routes) {
        routes.serve(
                router,
                "/internal/v1/charges/batch",
                JsonRoutes.Endpoint.post(
                        Principal.Service.class,
                        BODY_LIMIT,
                        call -> answers(call, "charges", CHARGES, ChargeMember.class, this::charge)));
        routes.serve(
                router,
                "/internal/v1/releases/batch",
                JsonRoutes.Endpoint.post(
                        Principal.Service.class,
                        BODY_LIMIT,
                        call -> answers(call, "releases", RELEASES, ReleaseRequest.class, calls::release)));
    }

    private Uni<ChargeCalls.Answer> charge(ChargeMember member) {
        Principal principal = caller.verify(member.identity()).orElseThrow(ProblemMapper::unidentified);
        if (principal instanceof Principal.OfStore caller) {
            return calls.charge(caller, member.request());
        }
        throw Problem.notFound("The path");
    }

    private <M> Uni<JsonRoutes.Answer> answers(
            JsonCall call,
            String list,
            TypeReference<Map<String, List<M>>> type,
            Class<M> memberType,
            Function<M, Uni<ChargeCalls.Answer>> execute)
            throws IOException {
        List<Uni<Object>> answers = new ArrayList<>();
        try {
            for (M member : members(list, call.body(type))) {
                answers.add(answer(() -> member, execute));
            }
        } catch (JacksonException unreadable) {
            // Perhaps only one member cannot be read. If the body is no JSON at all, this fails in the same way.
            answers.clear();
            for (JsonNode member : nodes(list, call.bodyTree())) {
                answers.add(answer(() -> json.readValue(json.writeValueAsBytes(member), memberType), execute));
            }
        }
        return Uni.join().all(answers).andFailFast().map(all -> JsonRoutes.Answer.ok(new Answers(all)));
    }

    private interface Reader<M> {
        M read() throws IOException;
    }

    /** Never fails: a refusal or a fault is the answer of its member. */
    private static <M> Uni<Object> answer(Reader<M> member, Function<M, Uni<ChargeCalls.Answer>> execute) {
        try {
            M read = member.read();
            if (read == null) {
                throw ChargeCalls.absent();
            }
            return execute.apply(read)
                    .<Object>map(answer -> answer)
                    .onFailure()
                    .recoverWithItem(fault -> ProblemMapper.refusal(fault).body());
        } catch (IOException | Problem refused) {
            return Uni.createFrom().item(ProblemMapper.refusal(refused).body());
        }
    }

    private static <M> List<M> members(String list, Map<String, List<M>> body) {
        List<M> members = body == null ? null : body.get(list);
        requireSize(list, members == null ? 0 : members.size());
        return members;
    }

    private static JsonNode nodes(String list, JsonNode body) {
        JsonNode members = body.path(list);
        requireSize(list, members.isArray() ? members.size() : 0);
        return members;
    }

    private static void requireSize(String list, int size) {
        if (size < 1 || size > MAX_MEMBERS) {
            throw Problem.invalid("%s must be a list of 1 to %d members.".formatted(list, MAX_MEMBERS));
        }
    }
}
