package dev.wearon.storage.signing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

@ConfigMapping(prefix = "wearon.storage")
interface SigningConfig {

    /** The secret of all signatures, at least 32 bytes. */
    Optional<String> signingKey();

    /** The secret before a rotation. Its signatures are accepted, but nothing is signed with it. */
    Optional<String> previousSigningKey();

    /** The lifetime of an upload URL. */
    @WithDefault("10m")
    @DurationMin(seconds = 1)
    @DurationMax(hours = 24)
    Duration uploadUrlLifetime();

    /** The lifetime of a download URL, unless its object expires earlier. */
    @WithDefault("6h")
    @DurationMin(seconds = 1)
    @DurationMax(days = 7)
    Duration downloadUrlLifetime();
}
