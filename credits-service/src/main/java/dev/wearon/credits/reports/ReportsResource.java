package dev.wearon.credits.reports;

import dev.wearon.http.Problem;
import dev.wearon.http.RequestId;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/** Serves the reports to services that act for themselves. The gateway authenticates the operator. */
@Path("/internal/v1/ledger")
@RolesAllowed(Principal.Service.ROLE)
class ReportsResource {

    private static final Logger LOG = Logger.getLogger(ReportsResource.class);

    private static final int DEFAULT_STORES = 100;
    private static final Pattern STORES = Pattern.compile("[1-9][0-9]{0,2}|1000");
    private static final Pattern ID = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    /** The time that a report over a million movements takes. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final Reports reports;

    ReportsResource(Reports reports) {
        this.reports = reports;
    }

    /** The next page takes {@code after} from {@code next} of this page. */
    @GET
    @Path("/trial-balance")
    public Uni<TrialBalance> trialBalance(
            @QueryParam("limit") String limit,
            @QueryParam("after") String after,
            @HeaderParam(RequestId.HEADER) String requestId) {
        if (limit != null && !STORES.matcher(limit).matches()) {
            throw Problem.invalid("limit must be a number from 1 to 1000.");
        }
        if (after != null && !ID.matcher(after).matches()) {
            throw Problem.invalid("after must be the id of a store.");
        }
        int stores = limit == null ? DEFAULT_STORES : Integer.parseInt(limit);
        Optional<UUID> from = Optional.ofNullable(after).map(UUID::fromString);
        return respond("The trial balance", requestId, reports.trialBalance(from, stores));
    }

    @GET
    @Path("/check")
    public Uni<LedgerCheck> check(@HeaderParam(RequestId.HEADER) String requestId) {
        return respond("The check of the ledger", requestId, reports.check());
    }

    private static <T> Uni<T> respond(String what, String requestId, Uni<Optional<T>> report) {
        // The failure itself does not name the report.
        return report.onFailure()
                .invoke(() -> LOG.errorf("%s failed (request %s)", what, requestId))
                .map(made -> made.orElseThrow(() -> Problem.unavailable(
                        "Another report on the ledger is running. Try again when it has finished.", RETRY_AFTER)));
    }
}
