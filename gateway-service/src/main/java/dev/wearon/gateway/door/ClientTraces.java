package dev.wearon.gateway.door;

import dev.wearon.tracing.Traces;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.quarkus.opentelemetry.runtime.propagation.TextMapPropagatorCustomizer;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Optional;

/**
 * Traces begin here. A {@code traceparent} of a client would choose the id and the sampling of our traces, so it is only linked; its
 * {@code tracestate} and {@code baggage} are dropped.
 */
@Singleton
final class ClientTraces implements TextMapPropagatorCustomizer {

    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final String TRACEPARENT = "traceparent";

    @Override
    public TextMapPropagator customize(Context context) {
        return new OnlyOutwards(context.propagator());
    }

    /** Names the span of the request as its log line does, and links the trace of the client. */
    static void begin(HttpServerRequest request, Optional<String> template) {
        Span span = Span.current();
        if (!span.isRecording()) {
            return;
        }
        span.updateName(request.method() + " " + template.orElse("-"));
        template.ifPresent(route -> span.setAttribute(ROUTE, route));
        Traces.parse(request.getHeader(TRACEPARENT)).ifPresent(span::addLink);
    }

    /** Extracts nothing. */
    private record OnlyOutwards(TextMapPropagator usual) implements TextMapPropagator {

        @Override
        public Collection<String> fields() {
            return usual.fields();
        }

        @Override
        public <C> void inject(io.opentelemetry.context.Context context, C carrier, TextMapSetter<C> setter) {
            usual.inject(context, carrier, setter);
        }

        @Override
        public <C> io.opentelemetry.context.Context extract(
                io.opentelemetry.context.Context context, C carrier, TextMapGetter<C> getter) {
            return context;
        }
    }
}
