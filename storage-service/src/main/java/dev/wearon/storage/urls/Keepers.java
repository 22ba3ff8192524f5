package dev.wearon.storage.urls;

import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;

/** The callers that may keep images. */
final class Keepers {

    private Keepers() {}

    static void require(Principal.OfStore caller) {
        if (!caller.keepsImages()) {
            throw Problem.of(
                    Problem.Code.INSUFFICIENT_SCOPE,
                    "Kept images need an API key with the scope images:keep, and a request from a server.");
        }
    }
}
