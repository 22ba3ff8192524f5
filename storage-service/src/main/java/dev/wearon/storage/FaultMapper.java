package dev.wearon.storage;

import dev.wearon.http.ProblemMapper;
import dev.wearon.storage.backends.BackendFault;
import dev.wearon.storage.faults.Unavailable;
import io.smallrye.mutiny.TimeoutException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.Response;
import java.net.SocketException;
import java.net.UnknownHostException;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Applies {@link Unavailable} to the routes of JAX-RS. The annotation must list the classes again. */
final class FaultMapper {

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
        return problems.problem(Unavailable.because(fault));
    }
}
