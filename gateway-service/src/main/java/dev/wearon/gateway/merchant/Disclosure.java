package dev.wearon.gateway.merchant;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/**
 * The privacy text that a storefront shows before it opens the camera. It must be true, so the operator configures the
 * provider of a model that is not {@code local}, or the whole text.
 */
@Startup
@Singleton
class Disclosure {

    private static final String RETENTION = "{retention}";
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
    String text(Optional<Duration> ofStore) {
        Duration shown = ofStore.filter(own -> own.compareTo(retention) < 0).orElse(retention);
        return text.replace(RETENTION, inWords(shown.toSeconds()));
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
