package dev.wearon.gateway.merchant;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/** What a storefront shows before it opens the camera. It must be true, so whoever runs the suite is asked for what is not known. */
@Startup
@Singleton
class Disclosure {

    private static final String RETENTION = "{retention}";
    private static final String MADE_HERE =
            "Your photo is used for your try-on only, a preview that is made on this server: it is sent to no AI provider."
                    + " The photo and the picture are deleted after " + RETENTION + ".";
    private static final String MADE_ELSEWHERE =
            "Your photo is used for your try-on only. To make it, the photo is sent to the AI provider %s, whose own terms"
                    + " apply there. On this server the photo and the picture are deleted after " + RETENTION + ".";

    private final String text;
    private final Duration longest;

    Disclosure(DisclosureConfig config) {
        this.text = config.text().orElseGet(() -> made(config));
        this.longest = config.retention();
    }

    private static String made(DisclosureConfig config) {
        if (config.provider().isPresent()) {
            return MADE_ELSEWHERE.formatted(config.provider().get());
        }
        if (!config.model().equalsIgnoreCase("local")) {
            throw new ConfigurationException("WEARON_MODEL_NAME is " + config.model()
                    + ", and shoppers must be told where it sends their photos: set WEARON_DISCLOSURE_PROVIDER to the"
                    + " provider's name, or WEARON_DISCLOSURE_TEXT to the whole text.");
        }
        return MADE_HERE;
    }

    /** @param ofStore how long the store wants its images to live; only a shorter time than everybody's counts */
    String text(Optional<Duration> ofStore) {
        Duration retention =
                ofStore.filter(wanted -> wanted.compareTo(longest) < 0).orElse(longest);
        return text.replace(RETENTION, inWords(retention.toSeconds()));
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
