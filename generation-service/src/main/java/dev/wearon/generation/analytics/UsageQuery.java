package dev.wearon.generation.analytics;

import dev.wearon.generation.periods.Period;
import dev.wearon.http.Problem;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which usage a merchant reads: whole buckets, aligned in UTC.
 *
 * @param first the start of the first bucket
 * @param last the start of the last bucket
 */
record UsageQuery(Instant first, Instant last, Bucket bucket, By by) {

    enum Bucket {
        HOUR(ChronoUnit.HOURS, 744),
        DAY(ChronoUnit.DAYS, 400);

        private final ChronoUnit unit;
        private final int most;

        Bucket(ChronoUnit unit, int most) {
            this.unit = unit;
            this.most = most;
        }
    }

    enum By {
        OUTCOME,
        KEY
    }

    /** Reads the query parameters. Null means no value: of {@code bucket} day, of {@code by} outcome. Refuses too many buckets. */
    static UsageQuery of(String from, String to, String bucket, String by) {
        Period period = Period.of("from", from, "to", to);
        Bucket size = word("bucket", bucket, Bucket.values()).orElse(Bucket.DAY);
        UsageQuery query = new UsageQuery(
                start("from", period.from(), size),
                start("to", period.to(), size),
                size,
                word("by", by, By.values()).orElse(By.OUTCOME));
        if (period.to().orElseThrow().isBefore(period.from().orElseThrow())) {
            throw Problem.invalid("to must not be before from.");
        }
        if (size.unit.between(query.first, query.last) >= size.most) {
            throw Problem.invalid("from and to must be within %d %s. Ask in parts, or for larger buckets."
                    .formatted(size.most, size.unit.name().toLowerCase(Locale.ROOT)));
        }
        return query;
    }

    /** The end of the last bucket, which does not belong to it. */
    Instant end() {
        return last.plus(1, bucket.unit);
    }

    private static Instant start(String parameter, Optional<Instant> moment, Bucket bucket) {
        return moment.orElseThrow(() -> Problem.invalid(parameter + " is missing."))
                .truncatedTo(bucket.unit);
    }

    static String wire(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    private static <T extends Enum<T>> Optional<T> word(String parameter, String text, T[] all) {
        if (text == null) {
            return Optional.empty();
        }
        return Optional.of(Arrays.stream(all)
                .filter(it -> wire(it).equals(text))
                .findFirst()
                .orElseThrow(() -> Problem.invalid(parameter + " must be one of "
                        + Arrays.stream(all).map(UsageQuery::wire).collect(Collectors.joining(", ")) + ".")));
    }
}
