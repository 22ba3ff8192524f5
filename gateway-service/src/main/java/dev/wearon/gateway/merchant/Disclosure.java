package dev.wearon.gateway.merchant;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The privacy text that a storefront shows before it opens the camera. It must be true, so the operator configures the
 * provider of a model that is not {@code local}, or the whole text.
 */
@Startup
@Singleton
public class Disclosure {

    private static final String RETENTION = "{retention}";
    private static final int VERSION_BYTES = 8;
    private static final String LOCAL_MODEL =
            "Your photo is used for your try-on only. The preview is made on this server; no photo is sent to an AI provider."
                    + " The photo and the picture are deleted after " + RETENTION + ".";
    private static final String EXTERNAL_PROVIDER =
            "Your photo is used for your try-on only. To make it, the photo is sent to the AI provider %s, whose own terms"
                    + " apply there. On this server the photo and the picture are deleted after " + RETENTION + ".";

    private final String text;
    private final Duration retention;

    Disclosure(DisclosureConfig config) {
        this.text = config.text().orElseGet(() -> defaultText(config));
        this.retention = config.retention();
    }

    private static String defaultText(DisclosureConfig config) {
        if (config.provider().isPresent()) {
            return EXTERNAL_PROVIDER.formatted(config.provider().get());
        }
        if (!config.model().equalsIgnoreCase("local")) {
            throw new ConfigurationException("WEARON_MODEL_NAME is " + config.model()
                    + ", and shoppers must know where this model sends their photos: set WEARON_DISCLOSURE_PROVIDER to the"
                    + " provider's name, or WEARON_DISCLOSURE_TEXT to the whole text.");
        }
        return LOCAL_MODEL;
    }

    /** @param ofStore the store's own retention; used only if it is shorter than the default */
    public String text(Optional<Duration> ofStore) {
        Duration shown = ofStore.filter(own -> own.compareTo(retention) < 0).orElse(retention);
        return text.replace(RETENTION, inWords(shown.toSeconds()));
    }

    /** Another text has another version: the first 16 hex digits of its SHA-256. */
    public String version(Optional<Duration> ofStore) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(text(ofStore).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, VERSION_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }

    private static String inWords(long seconds) {
        if (seconds % 3600 == 0) {
            return counted(seconds / 3600, "hour");
        }
        return seconds % 60 == 0 ? counted(seconds / 60, "minute") : counted(seconds, "second");
    }

    private static String counted(long number, String unit) {
        return number == 1 ? "1 " + unit : number + " " + unit + "s";
    }
}
