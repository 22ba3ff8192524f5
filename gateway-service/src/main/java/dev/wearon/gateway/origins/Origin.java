package dev.wearon.gateway.origins;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The page on whose behalf a browser sends a request. */
sealed interface Origin {

    /** Not a browser, or a page of our own. */
    record None() implements Origin {}

    /** @param text scheme, host and port as the browser sent them, for example {@code https://shop.example.com} */
    record Page(String text) implements Origin {}

    /** Sent, and no origin: several, {@code null} (of a sandboxed page or a file), or not what browsers send. */
    record Malformed() implements Origin {}

    /** RFC 6454, 6.2; browsers send hosts in lower case and in their ASCII form. */
    Pattern WELL_FORMED =
            Pattern.compile("[a-z][a-z0-9+.-]{0,31}://(?:[a-z0-9._-]{1,253}|\\[[0-9a-f:.]{2,45}])(?::[0-9]{1,5})?");

    /** @param offered every {@code Origin} header of a request */
    static Origin of(List<String> offered) {
        if (offered.isEmpty()) {
            return new None();
        }
        return offered.size() == 1 && WELL_FORMED.matcher(offered.getFirst()).matches()
                ? new Page(offered.getFirst())
                : new Malformed();
    }

    /** @param allowed the origins of a key; none: servers only */
    default boolean isAmong(Set<String> allowed) {
        return switch (this) {
            case None() -> true;
            case Page(String text) -> allowed.contains(text);
            case Malformed() -> false;
        };
    }
}
