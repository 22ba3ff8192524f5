package dev.wearon.gateway.routing;

import dev.wearon.configuration.Bounds;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** Limits of many routes. */
@ConfigMapping(prefix = "wearon.proxy")
interface RoutesConfig {

    @WithDefault("64K")
    @WithConverter(Bounds.Bytes.class)
    @Min(1024)
    @Max(65536)
    long jsonBodyLimit();

    @WithDefault("10M")
    @WithConverter(Bounds.Bytes.class)
    @Min(1024)
    @Max(1073741824)
    long uploadLimit();

    @WithDefault("2s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 1)
    Duration responseTimeout();

    /** Longer than the 10 s of the create saga, so that its response is not lost. */
    @WithDefault("12s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 1)
    @Bounds.AtLeast("wearon.proxy.response-timeout")
    Duration createTimeout();

    /** Longer than the 15 s in which storage fetches an image, so that its response is not lost. */
    @WithDefault("25s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 1)
    @Bounds.AtLeast("wearon.proxy.response-timeout")
    Duration importTimeout();

    /** The timeout of the operator's reports, which read the whole ledger, the sessions of a day or all images. */
    @WithDefault("30s")
    @DurationMin(seconds = 1)
    @DurationMax(minutes = 5)
    Duration ledgerReportTimeout();
}
