package dev.wearon.storage.objects;

import dev.wearon.http.Problem;
import dev.wearon.http.ProblemMapper;
import dev.wearon.storage.backends.BackendFault;
import dev.wearon.storage.database.TableFault;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** A database or a bucket that does not answer is a reason to come again, not a fault of the request. */
final class FaultMapper {

    private static final Duration SOON = Duration.ofSeconds(2);

    @Inject
    ProblemMapper problems;

    @ServerExceptionMapper
    public Response unavailable(TableFault fault) {
        return comeAgain(fault);
    }

    @ServerExceptionMapper
    public Response unavailable(BackendFault fault) {
        return comeAgain(fault);
    }

    private Response comeAgain(Throwable fault) {
        return problems.problem(Problem.unavailable("The storage is not available right now.", SOON, fault));
    }
}
