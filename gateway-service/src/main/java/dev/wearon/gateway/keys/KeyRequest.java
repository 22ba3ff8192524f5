package dev.wearon.gateway.keys;

import dev.wearon.gateway.origins.AllowedOrigin;
import dev.wearon.http.Problem;
import dev.wearon.identity.InvisibleCharacters;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The operator's request for a key. An absent field and null mean the default.
 *
 * @param expiresAt an ISO 8601 time with its offset
 */
public record KeyRequest(
        String name,
        @Size(max = 50) List<@NotNull String> allowedDomains,
        @Size(min = 1, max = 50) List<@NotNull String> scopes,
        String expiresAt) {

    private static final int LONGEST_NAME = 100;
    private static final int MOST_SHOWN = 64;

    /** A name is in the entries of the changelog, which refuses API keys and addresses. */
    private static final Pattern SECRET = Pattern.compile("@|(?:wk|wst)_[0-9a-f]{32}");

    /** Control characters, line separators, and halves of surrogate pairs. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cs}\\u2028\\u2029]");

    NewKey validated() {
        return new NewKey(checkedName(), origins(), scopeNames(), end());
    }

    private String checkedName() {
        if (name == null) {
            return null;
        }
        String stripped = name.strip();
        if (stripped.isEmpty() || stripped.codePointCount(0, stripped.length()) > LONGEST_NAME) {
            throw Problem.invalid("name must have 1 to " + LONGEST_NAME + " characters.");
        } else if (UNPRINTABLE.matcher(stripped).find()
                || InvisibleCharacters.firstIn(stripped).isPresent()) {
            throw Problem.invalid("name must have no control characters and no invisible characters.");
        } else if (SECRET.matcher(stripped).find()) {
            throw Problem.invalid("name must contain no e-mail address, no @ and no secret.");
        }
        return stripped;
    }

    /** The origins as browsers send them, each once. */
    private List<String> origins() {
        List<String> written = allowedDomains == null ? List.of() : allowedDomains;
        return IntStream.range(0, written.size())
                .mapToObj(i -> AllowedOrigin.normalised(written.get(i))
                        .orElseThrow(() -> Problem.invalid(("allowed_domains[%d] must be an origin like"
                                        + " https://shop.example.com or http://localhost:3000: no path, no user and no"
                                        + " wildcard. If its host name has other letters, write the form that begins"
                                        + " with xn--.")
                                .formatted(i))))
                .distinct()
                .toList();
    }

    private List<String> scopeNames() {
        Set<Scope> granted = EnumSet.noneOf(Scope.class);
        if (scopes == null) {
            granted.addAll(Scope.DEFAULT);
        } else {
            scopes.forEach(scope -> granted.add(Scope.ofWire(scope).orElseThrow(() -> unknown(scope))));
        }
        return granted.stream().map(Scope::wire).toList();
    }

    private static Problem unknown(String scope) {
        String known = Arrays.stream(Scope.values()).map(Scope::wire).collect(Collectors.joining(", "));
        return Problem.invalid("scopes contains '%s', which is no scope. The scopes are: %s."
                .formatted(scope.length() > MOST_SHOWN ? scope.substring(0, MOST_SHOWN) + "…" : scope, known));
    }

    /** The bounds are checked by the clock of the database ({@link ApiKeys}). */
    private Instant end() {
        if (expiresAt == null) {
            return null;
        }
        try {
            // The precision of the database.
            return OffsetDateTime.parse(expiresAt).toInstant().truncatedTo(ChronoUnit.MICROS);
        } catch (DateTimeParseException noTime) {
            throw Problem.invalid("expires_at must be a time with its offset, like 2027-01-31T00:00:00Z.");
        }
    }
}
