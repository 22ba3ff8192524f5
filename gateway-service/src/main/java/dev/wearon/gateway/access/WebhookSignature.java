package dev.wearon.gateway.access;

import dev.wearon.http.Problem;
import io.vertx.core.MultiMap;
import java.util.Optional;
import java.util.Set;

/** Checks the signature of an external system; one bean per system, usually the resource that receives its webhooks. */
public interface WebhookSignature {

    /** The path templates of the routes. */
    Set<String> templates();

    /** Refuses every message before its body is read, for example because there is no secret. Empty: it does not. */
    default Optional<Problem> refusal() {
        return Optional.empty();
    }

    /**
     * Verifies the signature.
     *
     * @param body the raw bytes
     */
    boolean matches(MultiMap headers, byte[] body);
}
