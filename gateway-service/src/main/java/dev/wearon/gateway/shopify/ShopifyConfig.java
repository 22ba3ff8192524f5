package dev.wearon.gateway.shopify;

import dev.wearon.configuration.Bounds;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The app of this suite at Shopify. {@link ShopifyApp} checks the secrets, because a message of the validation could contain one. */
@ConfigMapping(prefix = "wearon.shopify")
interface ShopifyConfig {

    /** Empty: this suite has no app, and its stores have no shop at Shopify. */
    Optional<@Pattern(regexp = "[\\w-]{1,100}", message = "must have only letters, digits, _, -") String> clientId();

    Optional<String> clientSecret();

    /** The other secret during a rotation: what it has signed is accepted, too. */
    Optional<String> clientSecretBefore();

    /** Encrypt the tokens of stores. The first one encrypts, all of them decrypt. */
    Optional<List<String>> tokenKeys();

    @WithDefault("2026-10")
    @Pattern(regexp = "20[0-9]{2}-(01|04|07|10)", message = "must be a version like 2026-10")
    String apiVersion();

    /** Only a stand-in of Shopify has another one. */
    @WithDefault("https://{shop}")
    @Pattern(regexp = "https?://[^/?#@]+(/[^?#@]*)?", message = "must be a URL with {shop}")
    @Pattern(regexp = ".*\\{shop}.*", message = "must be a URL with {shop}")
    String url();

    /** The longest time of one HTTP call. */
    @WithDefault("5s")
    @DurationMin(millis = 100)
    @DurationMax(seconds = 10)
    Duration timeout();

    /** The longest time of one operation of the Admin API, with its repeats while Shopify throttles. */
    @WithDefault("10s")
    @DurationMin(millis = 100)
    @DurationMax(seconds = 20)
    @Bounds.AtLeast("wearon.shopify.timeout")
    Duration operationTimeout();

    /** The interval at which refresh tokens that end within a month are renewed. */
    @WithDefault("1h")
    @WithConverter(Bounds.Interval.class)
    Optional<@DurationMin(seconds = 1) @DurationMax(days = 1) Duration> keepAliveEvery();
}
