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

/** A database that is away is no mistake of ours or the caller's: come back in a moment. */
public final class DatabaseFaults {

    @ServerExceptionMapper({
        TimeoutException.class,
        SocketException.class,
        UnknownHostException.class,
        ClosedConnectionException.class
    })
    public Response away(Throwable cause) {
        return new ProblemMapper()
                .problem(Problem.unavailable(
                        "The service cannot reach its database. Please try again.", Duration.ofSeconds(1), cause));
    }

    /** What PostgreSQL calls fatal ended the connection and not the statement: it shuts down, starts up or is full. */
    @ServerExceptionMapper
    public Response refused(PgException refused) {
        return "FATAL".equals(refused.getSeverity()) ? away(refused) : new ProblemMapper().failed(refused);
    }
}
