package dev.wearon.generation.periods;

import dev.wearon.http.Problem;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A period that includes both ends. An empty end means no limit.
 *
 * <p>Both ends are ISO-8601 texts. A timestamp with an offset is that instant. A timestamp without an offset is UTC. A date
 * is the whole day in UTC: it starts a period with the first instant of the day and ends one with the last.
 */
public record Period(Optional<Instant> from, Optional<Instant> to) {

    private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final Pattern LOCAL = Pattern.compile(DATE + "T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?");
    private static final Pattern WITH_OFFSET = Pattern.compile(LOCAL + "(Z|[+-][0-9]{2}:[0-9]{2})");

    /** The smallest difference between two timestamps in PostgreSQL. */
    private static final ChronoUnit DATABASE_PRECISION = ChronoUnit.MICROS;

    /**
     * Reads two query parameters; null means no limit.
     *
     * @param start the name of the parameter with the text {@code from}
     * @param end the name of the parameter with the text {@code to}
     */
    public static Period of(String start, String from, String end, String to) {
        return new Period(moment(start, from, Period::start), moment(end, to, Period::end));
    }

    private static Optional<Instant> moment(String parameter, String text, Function<String, Optional<Instant>> read) {
        if (text == null) {
            return Optional.empty();
        }
        return Optional.of(read.apply(text)
                .orElseThrow(() -> Problem.invalid(parameter
                        + " must be a date like 2026-11-21, or a timestamp like 2026-11-21T10:00:00+01:00.")));
    }

    /** @return empty when the text is no date or timestamp */
    static Optional<Instant> start(String text) {
        return moment(text, date -> date.atStartOfDay().toInstant(ZoneOffset.UTC));
    }

    /** @return empty when the text is no date or timestamp */
    static Optional<Instant> end(String text) {
        return moment(text, date -> date.plusDays(1)
                .atStartOfDay()
                .toInstant(ZoneOffset.UTC)
                .minus(1, DATABASE_PRECISION));
    }

    private interface Day {
        Instant moment(LocalDate date);
    }

    private static Optional<Instant> moment(String text, Day day) {
        // A plus sign that was not URL-encoded arrives as a blank. A valid text has no other blank.
        String given = text.replace(' ', '+');
        try {
            if (DATE.matcher(given).matches()) {
                return Optional.of(day.moment(LocalDate.parse(given)));
            }
            if (LOCAL.matcher(given).matches()) {
                return Optional.of(LocalDateTime.parse(given).toInstant(ZoneOffset.UTC));
            }
            return WITH_OFFSET.matcher(given).matches()
                    ? Optional.of(OffsetDateTime.parse(given).toInstant())
                    : Optional.empty();
        } catch (DateTimeParseException noSuchDay) {
            return Optional.empty();
        }
    }
}
