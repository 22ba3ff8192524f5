package dev.wearon.http;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * Keeps ids and encoded characters out of the labels of metrics. Usually the label is the path template. If a request is refused before its template
 * is known (by its method or body size), the label is the path itself. That would create one label per path.
 *
 * <p>Makes the time of requests a histogram. Its buckets are few, because each route has them once for every method and status.
 */
@Singleton
public final class RequestMetrics implements MeterFilter {

    private static final String URI = "uri";
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
        return uri != null && TYPED.matcher(uri).find() ? id.replaceTags(tags(id)) : id;
    }

    private static Iterable<Tag> tags(Meter.Id id) {
        return id.getTags().stream()
                .map(tag -> tag.getKey().equals(URI) ? Tag.of(URI, "UNKNOWN") : tag)
                .toList();
    }

    @Override
    public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
        return id.getName().equals(REQUESTS) ? BUCKETS.merge(config) : config;
    }
}
