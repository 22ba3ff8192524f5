package dev.wearon.http;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.inject.Singleton;
import java.util.regex.Pattern;

/**
 * Keeps ids and encoded characters out of the labels of metrics. Usually the label is the path template. If a request is refused before its template
 * is known (by its method or body size), the label is the path itself. That would create one label per path.
 */
@Singleton
public final class UriLabel implements MeterFilter {

    private static final String URI = "uri";
    private static final Pattern TYPED = Pattern.compile("%|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

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
}
