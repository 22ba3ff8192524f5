package dev.wearon.configuration;

import io.quarkus.runtime.configuration.DurationConverter;
import java.time.Duration;
import org.eclipse.microprofile.config.spi.Converter;

/** How often a job runs, as {@code @Scheduled} reads it: a duration, or {@code off}, which is none. */
public final class Interval implements Converter<Duration> {

    static final String OFF = "off";

    @Override
    public Duration convert(String value) {
        return value.strip().equalsIgnoreCase(OFF) ? null : DurationConverter.parseDuration(value);
    }
}
