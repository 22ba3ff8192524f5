package dev.wearon.generation.reconciliation;

import dev.wearon.generation.reconciliation.ComparisonResult.Item;
import dev.wearon.generation.reconciliation.OperatorReconciliation.Outcome;
import dev.wearon.http.Problem;
import dev.wearon.http.RequestId;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The operator's reports and repairs. The gateway forwards them after it has checked the operator's token. */
@Path("/internal/v1/reconciliation")
@RolesAllowed(Principal.Service.ROLE)
class ReconciliationResource {

    private static final Pattern LIMIT = Pattern.compile("[1-9][0-9]{0,2}|1000");
    private static final int DEFAULT_LIMIT = 100;
    private static final Duration DEFAULT_WINDOW = Duration.ofHours(24);
    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final OperatorReconciliation reconciliation;

    ReconciliationResource(OperatorReconciliation reconciliation) {
        this.reconciliation = reconciliation;
    }

    record Findings(long count, List<Item> items) {}

    record Report(Instant from, Instant to, long sessions, long charges, Map<String, Findings> findings) {}

    record Repaired(long chargedWithoutSession, long failedNotReleased) {}

    /** @param wayOut the operator's action for each class that a repair does not cover */
    record RepairReport(
            boolean dryRun,
            Instant from,
            Instant to,
            Repaired repaired,
            Map<String, Long> left,
            Map<String, String> wayOut) {}

    @GET
    public Uni<Report> report(
            @QueryParam("from") String from, @QueryParam("to") String to, @QueryParam("limit") String limit) {
        if (limit != null && !LIMIT.matcher(limit).matches()) {
            throw Problem.invalid("limit must be a number from 1 to 1000.");
        }
        Window window = window(from, to);
        return compared(reconciliation.report(window, limit == null ? DEFAULT_LIMIT : Integer.parseInt(limit)))
                .map(ReconciliationResource::toReport);
    }

    /** Changes data only if {@code dry_run} is {@code false}. */
    @POST
    @Path("/repair")
    public Uni<RepairReport> repair(
            @QueryParam("dry_run") String dryRun,
            @QueryParam("from") String from,
            @QueryParam("to") String to,
            @HeaderParam(RequestId.HEADER) String requestId) {
        if (dryRun != null && !dryRun.equals("true") && !dryRun.equals("false")) {
            throw Problem.invalid("dry_run must be true or false.");
        }
        Window window = window(from, to);
        boolean apply = "false".equals(dryRun);
        return compared(apply ? reconciliation.repair(window, requestId) : reconciliation.report(window, 0))
                .map(found -> toRepairReport(found, !apply));
    }

    private static Report toReport(Outcome.Compared found) {
        ComparisonResult result = found.result();
        return new Report(
                found.window().from(),
                found.window().to(),
                result.sessions(),
                result.charges(),
                ComparisonResult.perMismatch(mismatch -> new Findings(result.count(mismatch), result.first(mismatch))));
    }

    private static RepairReport toRepairReport(Outcome.Compared found, boolean dryRun) {
        return new RepairReport(
                dryRun,
                found.window().from(),
                found.window().to(),
                new Repaired(
                        found.repaired(Mismatch.CHARGED_WITHOUT_SESSION), found.repaired(Mismatch.FAILED_NOT_RELEASED)),
                ComparisonResult.perMismatch(mismatch -> found.result().count(mismatch) - found.repaired(mismatch)),
                Mismatch.operatorActions());
    }

    private static Window window(String fromText, String toText) {
        // PostgreSQL stores microseconds. A more precise bound would exclude rows of that microsecond.
        Instant to = toText == null ? Instant.now().truncatedTo(ChronoUnit.MICROS) : instant("to", toText);
        Instant from = fromText == null ? to.minus(DEFAULT_WINDOW) : instant("from", fromText);
        if (!from.isBefore(to)) {
            throw Problem.invalid("from must be before to.");
        }
        return new Window(from, to);
    }

    private static Instant instant(String parameter, String text) {
        try {
            Instant instant = Instant.parse(text).truncatedTo(ChronoUnit.MICROS);
            if (!instant.isBefore(EARLIEST) && !instant.isAfter(LATEST)) {
                return instant;
            }
        } catch (DateTimeParseException noInstant) {
            // Refused below, like an instant outside the range.
        }
        throw Problem.invalid(parameter + " must be an instant in UTC from 1970 to 9999, like 2026-11-21T10:00:00Z.");
    }

    private static Uni<Outcome.Compared> compared(Uni<Outcome> outcome) {
        return outcome.onFailure(fault -> fault instanceof NeighbourException || fault instanceof TimeoutException)
                .transform(fault -> Problem.unavailable(
                        "The comparison did not finish in time. Repairs already made stay. Try again, or use a shorter"
                                + " window.",
                        RETRY_AFTER,
                        fault))
                .map(made -> switch (made) {
                    case Outcome.Compared result -> result;
                    case Outcome.Deleted deleted ->
                        throw Problem.invalid("from must be " + deleted.sessionsSince()
                                + " or later: try-ons before that time may have been deleted.");
                    case Outcome.Busy busy ->
                        throw Problem.unavailable(
                                "Another reconciliation is running. Try again when it has ended.", RETRY_AFTER);
                });
    }
}
