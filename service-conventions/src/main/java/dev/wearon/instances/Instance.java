package dev.wearon.instances;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A process of a service.
 *
 * @param instanceId another one at each start
 * @param roles what the process does: the name of the service, or {@code api}, {@code worker} or both of generation
 * @param host the name of the machine, in a container of the container
 * @param since when the process started
 * @param seenAt when it last wrote its state, by the clock of PostgreSQL
 * @param failing the names of the readiness checks that fail
 * @param lagMs how late the event loop was at most, since the state before: milliseconds
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Instance(
        UUID instanceId,
        List<String> roles,
        String host,
        long pid,
        String version,
        Instant since,
        Instant seenAt,
        State status,
        List<String> failing,
        int lagMs) {

    /** In the order of what an operator must look at last. */
    public enum State {
        /** Ready. */
        up,
        /** It runs, and a readiness check fails. */
        not_ready,
        /** It has not written its state for three intervals: killed, hanging, or without PostgreSQL. */
        lost
    }
}
