package dev.wearon.storage;

import dev.wearon.http.Problem;
import dev.wearon.http.ProblemMapper;
import dev.wearon.storage.backends.BackendFault;
import io.smallrye.mutiny.TimeoutException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.Response;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Answers 503 with Retry-After if the database or the backend fails, because the request is not at fault. */
final class FaultMapper {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    @Inject
    ProblemMapper problems;

    @ServerExceptionMapper({
        BackendFault.class,
        TimeoutException.class,
        SocketException.class,
        UnknownHostException.class,
        ClosedConnectionException.class,
        PgException.class
    })
    public Response toUnavailable(Throwable fault) {
        return problems.problem(Problem.unavailable("The storage is not available right now.", RETRY_AFTER, fault));
    }
}
