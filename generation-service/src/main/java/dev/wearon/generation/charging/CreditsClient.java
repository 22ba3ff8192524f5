package dev.wearon.generation.charging;

import dev.wearon.batching.Batcher;
import dev.wearon.generation.batches.BatchesConfig;
import dev.wearon.generation.calls.BatchRoute;
import dev.wearon.generation.calls.ErrorResponse;
import dev.wearon.generation.calls.ServiceCalls;
import dev.wearon.identity.Identities;
import io.netty.handler.codec.http.QueryStringEncoder;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * The part of the ledger's API that a session needs. Charges of the same time share a call, and so do releases. A failure that is
 * no {@link ErrorResponse} means an unknown outcome.
 */
@Singleton
class CreditsClient {

    private static final String CHARGES = "/internal/v1/charges";

    /** A charge in a batch. {@code identity} names the wallet. */
    record ChargeRequest(
            String identity, String issuer, UUID chargeId, int amount, String requestId, String description) {}

    /** The body for one charge; its identity is in the header. */
    record SingleCharge(String issuer, UUID chargeId, int amount, String requestId, String description) {}

    record ReleaseRequest(UUID storeId, UUID chargeId, String requestId, String description) {}

    /** The body for one release; the path names the charge. */
    record SingleRelease(String requestId, String description) {}

    record ChargeBatch(List<ChargeRequest> charges) {}

    record ReleaseBatch(List<ReleaseRequest> releases) {}

    /**
     * The answer to one charge or release: an outcome, or in a batch the code and message of a refusal.
     *
     * @param outcome a text, because an outcome of a newer ledger must not make the answers of others unreadable
     */
    record Answer(String outcome, String code, String message) {

        private String outcomeOrFail() {
            if (outcome == null) {
                throw ErrorResponse.of(code, message);
            }
            return outcome;
        }
    }

    record Answers(List<Answer> answers) {}

    record UnreleasedCharge(UUID chargeId, UUID storeId, Instant createdAt) {}

    record UnreleasedResponse(List<UnreleasedCharge> charges) {}

    record LookupRequest(String issuer, List<UUID> chargeIds) {}

    enum ChargeStatus {
        charged,
        released
    }

    record LedgerCharge(UUID chargeId, UUID storeId, ChargeStatus status, boolean everCharged, int taken) {}

    record LookupResponse(List<LedgerCharge> charges) {}

    record Balance(long balance) {}

    record Movement(String type, int amount, Integer priceCents, String requestId, Instant createdAt) {}

    record Receipt(String paidBy, Integer credits, List<Movement> movements) {}

    private final ServiceCalls credits;
    private final ServiceCalls attempts;
    private final Identities identities;
    private final Batcher<ChargeRequest, Answer> charges;
    private final Batcher<ReleaseRequest, Answer> releases;

    CreditsClient(ServiceCalls.Factory calls, ChargingConfig config, BatchesConfig batches, Identities identities) {
        this.credits = calls.to(config.urls(), config.responseTimeout());
        this.attempts = credits.within(BatchRoute.attempt(config.responseTimeout()));
        this.identities = identities;
        Batcher.Limits limits = batches.limits(config.responseTimeout());
        this.charges = new Batcher<>(new BatchRoute<>(this::chargeAll, this::chargeAlone), limits);
        this.releases = new Batcher<>(new BatchRoute<>(this::releaseAll, this::releaseAlone), limits);
    }

    /** Returns {@code charged}, {@code replayed}, {@code released}, {@code insufficient} or {@code daily_cap_reached}. */
    Uni<String> charge(ChargeRequest charge) {
        return charges.submit(charge).map(Answer::outcomeOrFail);
    }

    private Uni<List<Answer>> chargeAll(List<ChargeRequest> batch) {
        return attempts.post(CHARGES + "/batch", identities.asService(), null, new ChargeBatch(batch), Answers.class)
                .map(Answers::answers);
    }

    private Uni<Answer> chargeAlone(ChargeRequest charge) {
        var body = new SingleCharge(
                charge.issuer(), charge.chargeId(), charge.amount(), charge.requestId(), charge.description());
        return attempts.post(CHARGES, charge.identity(), charge.requestId(), body, Answer.class);
    }

    /** Returns {@code released}, {@code already_released} or {@code never_charged}. */
    Uni<String> release(ReleaseRequest release) {
        return releases.submit(release).map(Answer::outcomeOrFail);
    }

    private Uni<List<Answer>> releaseAll(List<ReleaseRequest> batch) {
        return attempts.post(
                        "/internal/v1/releases/batch",
                        identities.asService(),
                        null,
                        new ReleaseBatch(batch),
                        Answers.class)
                .map(Answers::answers);
    }

    private Uni<Answer> releaseAlone(ReleaseRequest release) {
        return attempts.post(
                "/internal/v1/stores/%s/charges/%s/release".formatted(release.storeId(), release.chargeId()),
                identities.asService(),
                release.requestId(),
                new SingleRelease(release.requestId(), release.description()),
                Answer.class);
    }

    /** Returns an issuer's unreleased charges of all stores, oldest first. */
    Uni<List<UnreleasedCharge>> unreleased(String issuer, Instant from, UUID after, Instant before, int limit) {
        QueryStringEncoder query = new QueryStringEncoder(CHARGES);
        query.addParam("issuer", issuer);
        query.addParam("from", from.toString());
        if (after != null) {
            query.addParam("after", after.toString());
        }
        query.addParam("before", before.toString());
        query.addParam("limit", Integer.toString(limit));
        return credits.get(query.toString(), identities.asService(), null, UnreleasedResponse.class)
                .map(UnreleasedResponse::charges);
    }

    /** Returns an issuer's charges with these ids, of any store; at most 500 ids. */
    Uni<List<LedgerCharge>> lookup(String issuer, List<UUID> ids) {
        return credits.post(
                        CHARGES + "/lookup",
                        identities.asService(),
                        null,
                        new LookupRequest(issuer, ids),
                        LookupResponse.class)
                .map(LookupResponse::charges);
    }

    /** Without a charge if the ledger does not know it at this store. */
    Uni<Receipt> receipt(UUID storeId, UUID chargeId, String requestId) {
        return credits.get(
                "/internal/v1/stores/%s/charges/%s".formatted(storeId, chargeId),
                identities.asService(),
                requestId,
                Receipt.class);
    }

    /** Returns the credits in the pool of the store that the identity names. */
    Uni<Long> balance(String storeIdentity, String requestId) {
        return credits.get("/api/v1/credits/balance", storeIdentity, requestId, Balance.class)
                .map(Balance::balance);
    }

    /** Returns the credits in the pool of a store. */
    Uni<Long> balance(UUID storeId) {
        return credits.get(
                        "/internal/v1/stores/%s/balance".formatted(storeId),
                        identities.asService(),
                        null,
                        Balance.class)
                .map(Balance::balance);
    }
}
