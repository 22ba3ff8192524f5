package dev.wearon.http;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.quarkus.micrometer.runtime.HttpServerMetricsTagsContributor;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * Keeps ids and encoded characters out of the labels of metrics. Usually the label is the path template. If a request is refused before its template
 * is known (by its method or body size), the label is the path itself. That would create one label per path.
 *
 * <p>Makes the time of requests a histogram. Its buckets are few, because each route has them once for every method and status.
 *
 * <p>Labels the requests that are long because their client wants that: event streams, and those that waited for the end of a
 * try-on. They say nothing about how fast the service is.
 */
@Singleton
public final class RequestMetrics implements MeterFilter, HttpServerMetricsTagsContributor {

    private static final String URI = "uri";
    private static final String WAITS = "waits";
    private static final String EVENTS = "text/event-stream";
    private static final Pattern TYPED = Pattern.compile("%|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private static final String REQUESTS = "http.server.requests";
    private static final DistributionStatisticConfig BUCKETS = DistributionStatisticConfig.builder()
            .serviceLevelObjectives(LongStream.of(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000)
                    .mapToDouble(milliseconds -> Duration.ofMillis(milliseconds).toNanos())
                    .toArray())
            .build();

    @Override
    public Meter.Id map(Meter.Id id) {
        String uri = id.getTag(URI);
        Meter.Id cleaned = uri != null && TYPED.matcher(uri).find() ? id.replaceTags(tags(id)) : id;
        // Quarkus asks nobody about a request whose client disconnects, and Prometheus refuses other labels for the
        // same name.
        return cleaned.getName().equals(REQUESTS) && cleaned.getTag(WAITS) == null
                ? cleaned.withTag(Tag.of(WAITS, "false"))
                : cleaned;
    }

    private static Iterable<Tag> tags(Meter.Id id) {
        return id.getTags().stream()
                .map(tag -> tag.getKey().equals(URI) ? Tag.of(URI, "UNKNOWN") : tag)
                .toList();
    }

    @Override
    public Tags contribute(Context context) {
        MultiMap headers = context.response().headers();
        String type = headers.get(HttpHeaders.CONTENT_TYPE);
        boolean waits = headers.contains(PreferredWait.APPLIED) || type != null && type.startsWith(EVENTS);
        return Tags.of(WAITS, Boolean.toString(waits));
    }

    @Override
    public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
        return id.getName().equals(REQUESTS) ? BUCKETS.merge(config) : config;
    }
}
