package dev.wearon.generation.analytics;

import dev.wearon.generation.charging.StorePool;
import dev.wearon.generation.periods.Period;
import dev.wearon.http.RequestId;
import dev.wearon.identity.Caller;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import java.math.BigDecimal;
import java.util.UUID;

/** Returns a store's figures for the merchant's dashboard. */
@Path("/api/v1/stores/analytics")
@RolesAllowed(Principal.Store.ROLE)
class AnalyticsResource {

    private final SessionTotals sessions;
    private final StorePool pool;
    private final Caller caller;

    AnalyticsResource(SessionTotals sessions, StorePool pool, Caller caller) {
        this.sessions = sessions;
        this.pool = pool;
        this.caller = caller;
    }

    /**
     * @param successRate share of completed sessions, 0 to 1
     * @param creditsRemaining credits in the store's pool now, independent of the period
     * @param creditsUsed credits of the period's sessions, without those of failed sessions
     */
    record AnalyticsResponse(
            long totalGenerations,
            long completedGenerations,
            long failedGenerations,
            BigDecimal successRate,
            long creditsRemaining,
            long creditsUsed) {

        static AnalyticsResponse of(Totals totals, long remaining) {
            return new AnalyticsResponse(
                    totals.generations(),
                    totals.completed(),
                    totals.failed(),
                    totals.successRate(),
                    remaining,
                    totals.creditsUsed());
        }
    }

    @GET
    public Uni<AnalyticsResponse> read(
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            @HeaderParam(RequestId.HEADER) String requestId,
            @QueryParam("start_date") String start,
            @QueryParam("end_date") String end) {
        UUID storeId = caller.ofStore().storeId();
        Period period = Period.of("start_date", start, "end_date", end);
        return Uni.combine()
                .all()
                .unis(sessions.count(storeId, period), pool.balance(authorization, requestId))
                .with(AnalyticsResponse::of);
    }
}
