package dev.wearon.client;

import dev.wearon.client.errors.WearOnConnectionException;
import dev.wearon.client.errors.WearOnException;
import dev.wearon.client.errors.WearOnTimeoutException;
import dev.wearon.client.model.Generation;
import dev.wearon.client.model.GenerationStatus;
import dev.wearon.client.transport.Deadline;
import dev.wearon.client.transport.Event;
import dev.wearon.client.transport.EventStream;
import dev.wearon.client.transport.Repeats;
import dev.wearon.client.transport.Transport;
import java.io.EOFException;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;

/** The states of a try-on, up to the last one. It connects again after the last state when a connection breaks. */
final class States implements Iterator<Generation>, AutoCloseable {

    private static final String NAME = "session";

    private final Transport transport;
    private final UUID id;
    private final Deadline deadline;
    private final boolean patient;

    /** The version that the caller has; null for none. */
    private String after;

    private EventStream stream;
    private Generation next;
    private int failures;
    private boolean over;

    /** @param patient whether an outage passes. Otherwise only one break of the connection does, after each state. */
    States(Transport transport, UUID id, String after, Deadline deadline, boolean patient) {
        this.transport = transport;
        this.id = id;
        this.after = after;
        this.deadline = deadline;
        this.patient = patient;
    }

    @Override
    public boolean hasNext() {
        while (next == null && !over) {
            try {
                advance();
            } catch (WearOnException error) {
                disconnect();
                Duration pause = pauseAfter(error);
                Deadline.pause(pause);
            }
        }
        return next != null;
    }

    @Override
    public Generation next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Generation state = next;
        next = null;
        over = state.status() == GenerationStatus.COMPLETED || state.status() == GenerationStatus.FAILED;
        if (over) {
            disconnect();
        }
        return state;
    }

    @Override
    public void close() {
        over = true;
        disconnect();
    }

    private void advance() {
        if (stream == null) {
            Optional<EventStream> opened = transport.stream("/api/v1/generation/" + id + "/events", after, deadline);
            over = opened.isEmpty();
            stream = opened.orElse(null);
        } else {
            Event event = stream.next()
                    .orElseThrow(() ->
                            new WearOnConnectionException(new EOFException("The stream ended before the try-on.")));
            if (event.name().equals(NAME)) {
                next = event.data(Generation.class);
                after = String.valueOf(next.version());
                failures = 0;
            }
        }
    }

    private Duration pauseAfter(WearOnException error) {
        error.complete(facts -> facts.orSessionId(id));
        failures++;
        Duration pause = Repeats.pauseBefore(failures, error.retryAfter());
        // A silent server is no break: a proxy may keep back the events.
        boolean isBreak = error instanceof WearOnConnectionException && !(error instanceof WearOnTimeoutException);
        boolean passes = patient ? Repeats.maySurvive(error) : isBreak && failures == 1;
        if (!passes || !deadline.outlasts(pause)) {
            throw error;
        }
        return pause;
    }

    private void disconnect() {
        if (stream != null) {
            stream.close();
            stream = null;
        }
    }
}
