package dev.wearon.gateway.envelope;

import dev.wearon.http.Problem;
import dev.wearon.http.ProblemMapper;
import io.smallrye.mutiny.TimeoutException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import jakarta.ws.rs.core.Response;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Responds with 503 if the database is unreachable. */
public final class DatabaseFaults {

    @ServerExceptionMapper({
        TimeoutException.class,
        SocketException.class,
        UnknownHostException.class,
        ClosedConnectionException.class
    })
    public Response unavailable(Throwable cause) {
        return new ProblemMapper()
                .problem(Problem.unavailable(
                        "The service cannot reach its database. Please try again.", Duration.ofSeconds(1), cause));
    }

    /** A FATAL error is one of the connection: PostgreSQL shuts down, starts, or has no connection left. */
    @ServerExceptionMapper
    public Response refused(PgException refused) {
        return "FATAL".equals(refused.getSeverity()) ? unavailable(refused) : new ProblemMapper().failed(refused);
    }
}
