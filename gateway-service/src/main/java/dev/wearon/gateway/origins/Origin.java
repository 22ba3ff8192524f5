package dev.wearon.gateway.origins;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The page that sent a request from a browser. */
sealed interface Origin {

    /** The request comes from a server, or from a page of the gateway itself. */
    record None() implements Origin {}

    /** @param text scheme, host and port as sent, for example {@code https://shop.example.com} */
    record Page(String text) implements Origin {}

    /** Several headers, {@code null} (a sandboxed page or a file), or a malformed value. */
    record Malformed() implements Origin {}

    /** The form of RFC 6454, 6.2. Browsers send the host in lower case and in its ASCII form. */
    Pattern WELL_FORMED =
            Pattern.compile("[a-z][a-z0-9+.-]{0,31}://(?:[a-z0-9._-]{1,253}|\\[[0-9a-f:.]{2,45}])(?::[0-9]{1,5})?");

    /** @param offered all {@code Origin} headers of the request */
    static Origin of(List<String> offered) {
        if (offered.isEmpty()) {
            return new None();
        }
        return offered.size() == 1 && WELL_FORMED.matcher(offered.getFirst()).matches()
                ? new Page(offered.getFirst())
                : new Malformed();
    }

    /** @param allowed the origins of the key; empty: only servers may use it */
    default boolean isAmong(Set<String> allowed) {
        return switch (this) {
            case None() -> true;
            case Page(String text) -> allowed.contains(text);
            case Malformed() -> false;
        };
    }
}
