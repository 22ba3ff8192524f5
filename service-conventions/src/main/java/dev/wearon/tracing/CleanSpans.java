package dev.wearon.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;

/**
 * Hides what the instrumentation of the libraries puts into spans and what may be a secret or personal: paths and queries (signed
 * URLs, and any text of a caller), user agents, addresses of clients, and the arguments of Redis. The template of a route
 * stays.
 */
@Singleton
final class CleanSpans implements SpanProcessor {

    private static final String HIDDEN = "-";

    /** The stable names, and those of before. */
    private static final List<AttributeKey<String>> PRIVATE = Stream.of(
                    "url.path",
                    "url.query",
                    "url.full",
                    "http.target",
                    "http.url",
                    "user_agent.original",
                    "http.user_agent",
                    "client.address",
                    "http.client_ip",
                    "network.peer.address",
                    "net.sock.peer.addr")
            .map(AttributeKey::stringKey)
            .toList();

    private static final List<AttributeKey<String>> DATABASES = Stream.of("db.system", "db.system.name")
            .map(AttributeKey::stringKey)
            .toList();

    private static final List<AttributeKey<String>> COMMANDS = Stream.of("db.statement", "db.query.text")
            .map(AttributeKey::stringKey)
            .toList();

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        PRIVATE.forEach(key -> hide(span, key));
        if (DATABASES.stream().anyMatch(key -> "redis".equals(span.getAttribute(key)))) {
            COMMANDS.forEach(key -> hide(span, key));
        }
    }

    private static void hide(ReadWriteSpan span, AttributeKey<String> key) {
        if (span.getAttribute(key) != null) {
            span.setAttribute(key, HIDDEN);
        }
    }

    @Override
    public boolean isStartRequired() {
        return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {}

    @Override
    public boolean isEndRequired() {
        return false;
    }
}
