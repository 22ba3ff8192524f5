package dev.wearon.gateway.access;

import dev.wearon.gateway.admin.Operator;
import dev.wearon.gateway.bounds.OnContext;
import dev.wearon.gateway.changelog.Action;
import dev.wearon.gateway.changelog.Author;
import dev.wearon.gateway.changelog.Change;
import dev.wearon.gateway.changelog.Changelog;
import dev.wearon.gateway.changelog.Entry;
import dev.wearon.gateway.routing.Route;
import dev.wearon.gateway.stores.Stores;
import dev.wearon.http.Problem;
import dev.wearon.http.RequestId;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Admits the operator. The gateway calls the services as itself. A request about one store is admitted only if the store
 * exists, and a change only after its changelog entry was written.
 */
@Singleton
class OperatorGate {

    private static final Logger LOG = Logger.getLogger(OperatorGate.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** Accepts everything that may be a time. The service checks it. */
    private static final Pattern TIME = Pattern.compile("[0-9TZ:.+-]{1,40}");

    private final Operator operator;
    private final Stores stores;
    private final Changelog changelog;
    private final Principal asGateway;

    OperatorGate(
            Operator operator,
            Stores stores,
            Changelog changelog,
            @ConfigProperty(name = "wearon.identity.issuer") String issuer) {
        this.operator = operator;
        this.stores = stores;
        this.changelog = changelog;
        this.asGateway = new Principal.Service(issuer);
    }

    Optional<String> who(RoutingContext ctx) {
        return operator.identify(ctx.request().headers().getAll(HttpHeaders.AUTHORIZATION));
    }

    Uni<Admission> admit(RoutingContext ctx, Route route) {
        ctx.request().pause();
        return who(ctx).map(operator -> admit(ctx, route, operator))
                .orElseGet(() -> Admission.refused(tokenRequired()));
    }

    /** The refusal of a request without a valid admin token, on every path of the operator. */
    static Problem tokenRequired() {
        return Problem.of(Problem.Code.INVALID_API_KEY, "A valid admin token is required.");
    }

    private Uni<Admission> admit(RoutingContext ctx, Route route, String who) {
        if (route.is(Route.Flag.EXISTING_STORE)) {
            return ifStoreExists(ctx, route);
        } else if (route.is(Route.Flag.AUDITED_UNLESS_DRY_RUN)
                && ctx.queryParam("dry_run").contains("false")) {
            return afterEntry(ctx, new Author(who, ctx.request().getHeader(RequestId.HEADER)));
        }
        return Admission.admitted(asGateway);
    }

    private Uni<Admission> ifStoreExists(RoutingContext ctx, Route route) {
        Uni<Boolean> exists = route.storeId(ctx.request().path())
                .map(stores::exists)
                .orElseGet(() -> Uni.createFrom().item(false));
        return OnContext.back(exists).onItemOrFailure().transformToUni((known, fault) -> {
            if (fault != null) {
                LOG.errorf("A store could not be looked up: %s", fault);
                return unavailable("The store cannot be looked up now. Please try again.");
            }
            return known ? Admission.admitted(asGateway) : Admission.refused(Problem.notFound("The store"));
        });
    }

    private Uni<Admission> afterEntry(RoutingContext ctx, Author author) {
        Map<String, String> window = new HashMap<>();
        for (String end : List.of("from", "to")) {
            ctx.queryParam(end).stream()
                    .filter(time -> TIME.matcher(time).matches())
                    .findFirst()
                    .ifPresent(time -> window.put(end, time));
        }
        Entry entry = new Entry(author, Action.REPAIR_BEGUN, null, null, Change.created(window));
        return OnContext.back(changelog.write(entry)).onItemOrFailure().transformToUni((written, fault) -> {
            if (fault != null) {
                LOG.errorf("The changelog entry of a repair could not be written: %s", fault);
                return unavailable("The changelog cannot be written now. Please try again.");
            }
            return Admission.admitted(asGateway);
        });
    }

    private static Uni<Admission> unavailable(String message) {
        return Admission.refused(Problem.unavailable(message, RETRY_AFTER));
    }
}
