package dev.wearon.credits.ledger;

import dev.wearon.http.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Checks the fields of a request that is made very often. Bean Validation has the same rules and messages, but costs more than
 * the rest of such a request.
 */
public final class RequestChecks {

    private static final Pattern REQUEST_KEY = Pattern.compile(RequestKey.REGEXP);

    private final List<String> violations = new ArrayList<>(0);

    /** @param field its name on the wire */
    public RequestChecks that(boolean valid, String field, String message) {
        if (!valid) {
            violations.add(field + " " + message);
        }
        return this;
    }

    public RequestChecks notNull(Object value, String field) {
        return that(value != null, field, "must not be null");
    }

    /** The rule of {@link RequestKey}. */
    public RequestChecks requestId(String value) {
        return that(value != null && REQUEST_KEY.matcher(value).matches(), "request_id", RequestKey.MESSAGE);
    }

    /** The rule of {@link Description}. */
    public RequestChecks description(String value) {
        return that(
                value == null || value.length() <= Description.MAX_LENGTH && value.indexOf('\0') < 0,
                "description",
                Description.MESSAGE);
    }

    /** The refusal that names all violations; empty if there is none. */
    public Optional<Problem> refusal() {
        Collections.sort(violations);
        return violations.isEmpty()
                ? Optional.empty()
                : Optional.of(Problem.invalid(String.join("; ", violations) + "."));
    }
}
