package dev.wearon.gateway.grants;

import dev.wearon.gateway.changelog.Action;
import dev.wearon.gateway.changelog.Author;
import dev.wearon.gateway.changelog.Change;
import dev.wearon.gateway.changelog.Changelog;
import dev.wearon.gateway.changelog.Entry;
import dev.wearon.gateway.ledger.Answer;
import dev.wearon.gateway.ledger.Ledger;
import dev.wearon.http.Problem;
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

    private final CreditsLedger client;
    private final Ledger ledger;
    private final Changelog changelog;

    Grants(@RestClient CreditsLedger client, Ledger ledger, Changelog changelog) {
        this.client = client;
        this.ledger = ledger;
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
        return ledger.ask((address, identity) -> client.grant(address, storeId, identity, author.requestId(), grant))
                .map(answer -> switch (answer) {
                    case Answer.Done<CreditsLedger.Granted>(var granted) -> new Outcome.Granted(granted);
                    case Answer.Refused<CreditsLedger.Granted>(var problem) -> refused(problem);
                    case Answer.Unknown<CreditsLedger.Granted>(var cause) -> throw unknown(cause);
                });
    }

    private static Outcome refused(Problem problem) {
        return problem.code() == Problem.Code.IDEMPOTENCY_KEY_REUSED
                ? new Outcome.KeyReused()
                : new Outcome.Refused(problem);
    }

    private static Problem unknown(Throwable cause) {
        return cause instanceof Problem problem
                ? problem
                : Problem.unavailable(
                        "The ledger did not answer, so the grant may or may not have happened." + REPEAT_HINT,
                        RETRY_AFTER,
                        cause);
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
}
