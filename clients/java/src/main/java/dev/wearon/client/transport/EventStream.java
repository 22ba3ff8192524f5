package dev.wearon.client.transport;

import dev.wearon.client.errors.WearOnConnectionException;
import dev.wearon.client.errors.WearOnTimeoutException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** The events of one connection. One thread reads it, and any may close it. */
public final class EventStream implements AutoCloseable {

    /** A stream has a heartbeat of 15 seconds. Nothing arrives through a proxy that keeps back what it should pass on. */
    private static final Duration SILENCE = Duration.ofSeconds(20);

    private final ArrivingBody body;
    private final Deadline deadline;
    private final EventReader reader = new EventReader();

    EventStream(ArrivingBody body, Deadline deadline) {
        this.body = body;
        this.deadline = deadline;
    }

    /** Waits for the next event. Empty if the server has ended the stream. */
    public Optional<Event> next() {
        try {
            while (true) {
                Optional<Event> event = reader.next();
                if (event.isPresent()) {
                    return event;
                }
                Optional<byte[]> part = body.next(deadline.atMost(SILENCE));
                if (part.isEmpty()) {
                    return Optional.empty();
                }
                reader.read(part.get());
            }
        } catch (TimeoutException silent) {
            throw new WearOnTimeoutException("The service did not send anything in time.");
        } catch (InterruptedException interrupted) {
            throw Deadline.aborted(interrupted);
        } catch (IOException broken) {
            throw new WearOnConnectionException(broken);
        }
    }

    @Override
    public void close() {
        body.close();
    }
}
