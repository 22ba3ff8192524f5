package dev.wearon.generation.scenarios;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The outcome that a prompt of a test store forces. */
public sealed interface Scenario {

    /** For the refusal of an unknown one. */
    String KNOWN =
            "scenario:completed, scenario:moderation, scenario:bad_image, scenario:slow=N with N from 1 to 60 seconds,"
                    + " scenario:model_unavailable, scenario:lease_lost";

    String PREFIX = "scenario:";

    /**
     * A picture.
     *
     * @param after how long the image model takes for it
     */
    record Completed(Duration after) implements Scenario {}

    /** The image model's moderation refuses the pictures. */
    record Moderation() implements Scenario {}

    /** The picture of the person cannot be used. */
    record BadImage() implements Scenario {}

    /** The image model is not available, at every attempt. */
    record ModelUnavailable() implements Scenario {}

    /** The first attempt stops without a trace, like that of a worker that died; the next one makes a picture. */
    record LeaseLost() implements Scenario {}

    /** A prompt that is meant as a scenario, but is none. */
    record Unknown() implements Scenario {}

    /** How much longer than other models this one may take. */
    default Duration extraTime() {
        return this instanceof Completed completed ? completed.after() : Duration.ZERO;
    }

    /**
     * @param prompt of a test store
     * @return empty if it is ordinary text
     */
    static Optional<Scenario> of(String prompt) {
        String text = prompt.strip();
        return text.startsWith(PREFIX) ? Optional.of(named(text.substring(PREFIX.length()))) : Optional.empty();
    }

    private static Scenario named(String name) {
        Matcher slow = Seconds.PATTERN.matcher(name);
        if (slow.matches()) {
            return new Completed(Duration.ofSeconds(Integer.parseInt(slow.group(1))));
        }
        return switch (name) {
            case "completed" -> new Completed(Duration.ZERO);
            case "moderation" -> new Moderation();
            case "bad_image" -> new BadImage();
            case "model_unavailable" -> new ModelUnavailable();
            case "lease_lost" -> new LeaseLost();
            default -> new Unknown();
        };
    }

    /** The parameter of {@code slow}. */
    final class Seconds {

        private static final Pattern PATTERN = Pattern.compile("slow=([1-9]|[1-5][0-9]|60)");

        private Seconds() {}
    }
}
