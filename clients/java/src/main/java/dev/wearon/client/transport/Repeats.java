package dev.wearon.client.transport;

import dev.wearon.client.errors.WearOnConnectionException;
import dev.wearon.client.errors.WearOnException;
import dev.wearon.client.errors.WearOnTimeoutException;
import java.security.cert.CertificateException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Whether and when a call is repeated. */
public final class Repeats {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);

    private Repeats() {}

    /**
     * Whether a repeat can have another outcome. Never after 402, 403 and 422.
     *
     * @param attempt the number of the failed attempt, from 1
     */
    public static boolean mayPass(WearOnException error, int attempt) {
        if (error instanceof WearOnConnectionException) {
            return !isCertificateRefused(error);
        }
        return switch (error.status().orElse(0)) {
            case 408, 429, 502, 504 -> true;
            case 409 -> error.code().equals("REQUEST_IN_PROGRESS");
            // The contract: repeat once, then report it.
            case 500 -> attempt == 1;
            // The service names no time if waiting does not help. A proxy before it often names none.
            case 503 -> error.retryAfter().isPresent() || error.code().equals(WearOnException.UNEXPECTED_RESPONSE);
            default -> false;
        };
    }

    /** Whether it says nothing about a try-on, which continues while the service cannot be asked. */
    public static boolean maySurvive(WearOnException error) {
        return mayPass(error, 1) || error.status().orElse(0) >= 500;
    }

    /** Whether the service may have carried out the request: there was no response, or a fault. */
    public static boolean leavesOpen(WearOnException error) {
        return error instanceof WearOnConnectionException || error.status().orElse(0) >= 500;
    }

    /**
     * Whether an error says nothing about an earlier attempt of a create: the gateway refuses with 401, 403 and 429 before it
     * looks at the key of the create, and a proxy does not know the key.
     */
    static boolean hidesEarlier(WearOnException error) {
        return error instanceof WearOnTimeoutException
                || error.code().equals(WearOnException.UNEXPECTED_RESPONSE)
                || switch (error.status().orElse(0)) {
                    case 401, 403, 408, 429 -> true;
                    default -> false;
                };
    }

    /** The jitter prevents that clients that failed at the same time come back at the same time. */
    public static Duration pauseBefore(int attempt, Optional<Duration> retryAfter) {
        if (retryAfter.isPresent()) {
            return retryAfter.get().plusMillis(ThreadLocalRandom.current().nextLong(250));
        }
        long usual = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << Math.min(attempt - 1, 10));
        return Duration.ofMillis((long) (usual * ThreadLocalRandom.current().nextDouble(0.75, 1.25)));
    }

    /** {@code Retry-After}: seconds, or the date that some proxies send. */
    static Duration retryAfter(String value) {
        String text = value.strip();
        if (text.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        try {
            Instant time = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration left = Duration.between(Instant.now(), time);
            return left.isNegative() ? Duration.ZERO : left;
        } catch (DateTimeException unreadable) {
            return null;
        }
    }

    private static boolean isCertificateRefused(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return true;
            }
        }
        return false;
    }
}
