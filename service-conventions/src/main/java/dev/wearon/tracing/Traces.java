package dev.wearon.tracing;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.quarkus.opentelemetry.runtime.QuarkusContextStorage;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans, and the trace to which they belong. Only sampled traces are continued; for all others the work runs as it is. */
public final class Traces {

    private static final String INSTRUMENTATION = "dev.wearon";
    private static final String SAMPLED = "01";
    private static final Pattern TRACEPARENT = Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})");

    private Traces() {}

    /** The current span, if its trace is sampled. */
    public static Optional<SpanContext> sampled() {
        SpanContext current = Span.current().getSpanContext();
        return current.isSampled() ? Optional.of(current) : Optional.empty();
    }

    /** The current span in the form of W3C, for work that continues it later and elsewhere; null unless the trace is sampled. */
    public static String traceparent() {
        return sampled()
                .map(span -> "00-" + span.getTraceId() + "-" + span.getSpanId() + "-" + SAMPLED)
                .orElse(null);
    }

    /**
     * @param traceparent in the form of W3C, or null
     * @return empty if it has another form, or is not valid
     */
    public static Optional<SpanContext> parse(String traceparent) {
        if (traceparent == null) {
            return Optional.empty();
        }
        Matcher parts = TRACEPARENT.matcher(traceparent);
        if (!parts.matches()) {
            return Optional.empty();
        }
        return Optional.of(SpanContext.createFromRemoteParent(
                        parts.group(1), parts.group(2), TraceFlags.fromHex(parts.group(3), 0), TraceState.getDefault()))
                .filter(SpanContext::isValid);
    }

    /**
     * Continues a trace with work of its own, on a Vert.x context of its own.
     *
     * @param parent the span that caused the work; without one the work runs as it is, on the current context
     */
    public static <T> Uni<T> continued(
            Optional<SpanContext> parent, String name, SpanKind kind, Supplier<Uni<T>> work) {
        io.vertx.core.Context here = Vertx.currentContext();
        if (parent.isEmpty() || here == null) {
            return work.get();
        }
        Span span = tracer().spanBuilder(name)
                .setSpanKind(kind)
                .setParent(Context.root().with(Span.wrap(parent.get())))
                .startSpan();
        return inside(span, here, work);
    }

    /** A step of the current trace that is no call, for example the image model. Its result arrives on the current context. */
    public static <T> Uni<T> step(String name, Supplier<Uni<T>> work) {
        io.vertx.core.Context here = Vertx.currentContext();
        if (sampled().isEmpty() || here == null) {
            return work.get();
        }
        Span span = tracer().spanBuilder(name).startSpan();
        return ended(span, work.get()).emitOn(task -> here.runOnContext(own -> task.run()));
    }

    /**
     * Work that several requests share. It belongs to the trace of the first one, with links to the others.
     *
     * @param members the sampled ones
     */
    public static <T> Uni<T> shared(String name, List<SpanContext> members, Supplier<Uni<T>> work) {
        io.vertx.core.Context here = Vertx.currentContext();
        if (members.isEmpty() || here == null) {
            return work.get();
        }
        var builder = tracer().spanBuilder(name).setParent(Context.root().with(Span.wrap(members.getFirst())));
        members.stream().skip(1).forEach(builder::addLink);
        return inside(builder.startSpan(), here, work);
    }

    private static <T> Uni<T> inside(Span span, io.vertx.core.Context here, Supplier<Uni<T>> work) {
        io.vertx.core.Context own = VertxContext.createNewDuplicatedContext(VertxContext.getRootContext(here));
        QuarkusContextStorage.INSTANCE.attach(own, Context.root().with(span));
        return ended(
                span,
                Uni.createFrom()
                        .emitter(result -> own.runOnContext(begin -> Uni.createFrom()
                                .deferred(work::get)
                                .subscribe()
                                .with(result::complete, result::fail))));
    }

    private static <T> Uni<T> ended(Span span, Uni<T> work) {
        return work.onTermination().invoke((result, fault, cancelled) -> {
            if (fault != null) {
                // Not the message, which may name values.
                span.setStatus(StatusCode.ERROR, fault.getClass().getSimpleName());
            }
            span.end();
        });
    }

    private static Tracer tracer() {
        return GlobalOpenTelemetry.getTracer(INSTRUMENTATION);
    }
}
