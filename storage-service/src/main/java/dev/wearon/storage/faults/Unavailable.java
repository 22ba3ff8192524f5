package dev.wearon.storage.faults;

import dev.wearon.http.Problem;
import dev.wearon.storage.backends.BackendFault;
import io.smallrye.mutiny.TimeoutException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;

/** Converts a fault of the database or of the backend to the refusal that a client gets. */
public final class Unavailable {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private Unavailable() {}

    /** Returns any other failure unchanged. */
    public static Throwable of(Throwable fault) {
        return switch (fault) {
            case BackendFault backend -> because(backend);
            case TimeoutException late -> because(late);
            case SocketException lost -> because(lost);
            case UnknownHostException unknown -> because(unknown);
            case ClosedConnectionException lost -> because(lost);
            case PgException failed -> because(failed);
            default -> fault;
        };
    }

    public static Problem because(Throwable fault) {
        return Problem.unavailable("The storage is not available right now.", RETRY_AFTER, fault);
    }
}
