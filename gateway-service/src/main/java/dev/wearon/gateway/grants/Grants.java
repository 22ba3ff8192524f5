package dev.wearon.gateway.grants;

import dev.wearon.gateway.changelog.Action;
import dev.wearon.gateway.changelog.Author;
import dev.wearon.gateway.changelog.Change;
import dev.wearon.gateway.changelog.Changelog;
import dev.wearon.gateway.changelog.Entry;
import dev.wearon.gateway.routing.Addresses;
import dev.wearon.gateway.routing.Service;
import dev.wearon.http.Problem;
import dev.wearon.identity.Identities;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** Grants credits in the ledger, with a changelog entry before the call and one after it. */
@ApplicationScoped
class Grants {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final String REPEAT_HINT = " Repeat it with the same Idempotency-Key: it is never granted twice.";

    private final CreditsLedger ledger;
    private final Addresses addresses;
    private final Identities identities;
    private final Changelog changelog;

    Grants(@RestClient CreditsLedger ledger, Addresses addresses, Identities identities, Changelog changelog) {
        this.ledger = ledger;
        this.addresses = addresses;
        this.identities = identities;
        this.changelog = changelog;
    }

    sealed interface Outcome {
        record Granted(CreditsLedger.Granted grant) implements Outcome {}

        record KeyReused() implements Outcome {}

        /** The ledger refused the request for a reason that the gateway does not check. */
        record Refused(Problem problem) implements Outcome {}
    }

    /** @return fails if the ledger did not answer or the changelog cannot be written; a repeat is safe */
    Uni<Outcome> make(Author author, UUID storeId, CreditsLedger.Grant grant) {
        return changelog
                .write(entry(author, storeId, grant, "asked", null))
                .chain(() -> ask(author, storeId, grant))
                .call(outcome -> write(author, storeId, grant, outcome));
    }

    private Uni<Outcome> ask(Author author, UUID storeId, CreditsLedger.Grant grant) {
        return addresses
                .of(Service.CREDITS)
                .call(address -> ledger.grant(
                        address.url().toString(), storeId, identities.asService(), author.requestId(), grant))
                .<Outcome>map(Outcome.Granted::new)
                .onFailure(Grants::isReuse)
                .recoverWithItem(new Outcome.KeyReused())
                .onFailure(Grants::isRefusal)
                .recoverWithItem(refusal -> new Outcome.Refused((Problem) refusal))
                .onFailure(failure -> !(failure instanceof Problem))
                .transform(cause -> Problem.unavailable(
                        "The ledger did not answer, so the grant may or may not have happened." + REPEAT_HINT,
                        RETRY_AFTER,
                        cause));
    }

    private Uni<Void> write(Author author, UUID storeId, CreditsLedger.Grant grant, Outcome outcome) {
        Entry answered =
                switch (outcome) {
                    case Outcome.Granted(var granted) ->
                        entry(
                                author,
                                storeId,
                                grant,
                                "granted",
                                granted.transactionId().toString());
                    case Outcome.KeyReused() -> entry(author, storeId, grant, "refused", null);
                    case Outcome.Refused refused -> entry(author, storeId, grant, "refused", null);
                };
        return changelog
                .write(answered)
                .onFailure()
                .transform(cause -> Problem.unavailable(
                        "The ledger has answered, but the audit could not be written." + REPEAT_HINT,
                        RETRY_AFTER,
                        cause));
    }

    /** Omits the description, which may contain any text. */
    private static Entry entry(
            Author author, UUID storeId, CreditsLedger.Grant grant, String outcome, String transactionId) {
        Map<String, ?> fields = Map.of("amount", grant.amount(), "type", grant.type(), "outcome", outcome);
        return new Entry(author, Action.CREDITS_GRANTED, storeId, transactionId, Change.created(fields));
    }

    /** A 5xx is not a refusal: the grant may have been booked. */
    private static boolean isRefusal(Throwable failure) {
        return failure instanceof Problem refusal && refusal.code().status() < 500;
    }

    private static boolean isReuse(Throwable failure) {
        return failure instanceof Problem refusal && refusal.code() == Problem.Code.IDEMPOTENCY_KEY_REUSED;
    }
}
