package dev.wearon.testkit.shopify;

import dev.wearon.testkit.shopify.graphql.Refused;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** What goes wrong at one shop. What is for the next call waits in its order; a denied or broken place stays so. */
public final class Faults {

    private static final String PROTECTED = "https://shopify.dev/docs/apps/launch/protected-customer-data";

    private final Queue<Integer> statuses = new ConcurrentLinkedQueue<>();
    private final Queue<Integer> tokenStatuses = new ConcurrentLinkedQueue<>();
    private final Queue<String> omitted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger lost = new AtomicInteger();
    private final Map<String, Refused> places = new ConcurrentHashMap<>();
    private final Map<String, Queue<Map<String, Object>>> refusals = new ConcurrentHashMap<>();

    Faults() {}

    /** The next call of the Admin API gets this status and does nothing: 402 frozen, 423 locked, 429, 5xx. */
    public void status(int status) {
        statuses.add(status);
    }

    /** The same for the next request for tokens. */
    public void tokenStatus(int status) {
        tokenStatuses.add(status);
    }

    /** The next answer with tokens lacks this field, for example {@code expires_in}. */
    public void omitFromTokens(String field) {
        omitted.add(field);
    }

    /** The next call, of the Admin API or for tokens, is carried out, but its answer is lost: the connection ends. */
    public void loseAnswer() {
        lost.incrementAndGet();
    }

    /**
     * Takes the approval for protected customer data away. A type or a field is null then, with an {@code ACCESS_DENIED} beside
     * the rest of the data; what must not be null makes its parent null. {@code Order.email} and {@code Order.customer} are
     * null in webhooks too.
     *
     * @param place {@code Customer} or {@code Order.email}
     */
    public void deny(String place) {
        int dot = place.indexOf('.');
        String what = dot < 0
                ? "access the %s object".formatted(place)
                : "use the %s field".formatted(place.substring(dot + 1));
        places.put(
                place,
                new Refused(
                        "This app is not approved to %s. See %s for more details.".formatted(what, PROTECTED),
                        "ACCESS_DENIED",
                        List.of()));
    }

    /** The app lost a scope: the root field is denied, for example {@code QueryRoot.orders} without {@code read_orders}. */
    public void denyScope(String place, String scope) {
        String field = place.substring(place.indexOf('.') + 1);
        places.put(
                place,
                new Refused(
                        "Access denied for %s field. Required access: `%s` access scope.".formatted(field, scope),
                        "ACCESS_DENIED",
                        List.of()));
    }

    /** A type or a field fails with {@code INTERNAL_SERVER_ERROR}, beside the rest of the data. */
    public void breakDown(String place) {
        places.put(
                place,
                new Refused(
                        "Internal error. Looks like something went wrong on our end.",
                        "INTERNAL_SERVER_ERROR",
                        List.of()));
    }

    /** Ends {@link #deny}, {@link #denyScope} or {@link #breakDown}. */
    public void mend(String place) {
        places.remove(place);
    }

    /**
     * The next call of a mutation does nothing and answers this user error.
     *
     * @param code null where the mutation's errors have none
     * @param field the path to the input that is wrong
     */
    public void refuse(String mutation, String code, String message, String... field) {
        Map<String, Object> error = new HashMap<>(Map.of("message", message, "field", List.of(field)));
        error.put("code", code);
        refusals.computeIfAbsent(mutation, none -> new ConcurrentLinkedQueue<>())
                .add(error);
    }

    Integer nextStatus() {
        return statuses.poll();
    }

    Integer nextTokenStatus() {
        return tokenStatuses.poll();
    }

    /** Null if the next tokens are complete. */
    String nextOmitted() {
        return omitted.poll();
    }

    boolean losesAnswer() {
        return lost.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }

    Map<String, Refused> places() {
        return places;
    }

    /** Null if nothing is to be refused. */
    Map<String, Object> nextRefusal(String mutation) {
        Queue<Map<String, Object>> waiting = refusals.get(mutation);
        return waiting == null ? null : waiting.poll();
    }
}
