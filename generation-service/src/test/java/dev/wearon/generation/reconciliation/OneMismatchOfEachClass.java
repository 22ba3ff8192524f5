package dev.wearon.generation.reconciliation;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.generation.Shop;
import io.restassured.path.json.JsonPath;
import java.time.Instant;
import java.util.UUID;

/** A window with one mismatch of each class and some consistent sessions. */
record OneMismatchOfEachClass(
        Fixture fixture,
        UUID chargedWithoutSession,
        UUID completedWithoutCharge,
        UUID failedNotReleased,
        UUID releasedButCompleted,
        UUID doubleCharge,
        UUID resultObjectMissing) {

    static OneMismatchOfEachClass insert() {
        Fixture fixture = Fixture.of(Shop.with(20));
        UUID chargedWithoutSession = fixture.charge(fixture.at(1));

        UUID completedWithoutCharge = UuidCreator.getTimeOrderedEpoch();
        fixture.insertCompleted(completedWithoutCharge, fixture.at(2));

        UUID failedNotReleased = fixture.charge(fixture.at(3));
        fixture.insertFailed(failedNotReleased, fixture.at(3), fixture.at(4), fixture.at(5));

        UUID releasedButCompleted = fixture.charge(fixture.at(6));
        fixture.release(releasedButCompleted);
        fixture.insertCompleted(releasedButCompleted, fixture.at(6));

        UUID doubleCharge = fixture.charge(fixture.at(7));
        fixture.chargeTwice(doubleCharge);
        fixture.insertCompleted(doubleCharge, fixture.at(7));

        UUID resultObjectMissing = fixture.charge(fixture.at(8));
        fixture.insertCompleted(
                resultObjectMissing, fixture.at(8), Instant.now().plusSeconds(3600));

        UUID consistent = fixture.charge(fixture.at(9));
        fixture.insertCompleted(consistent, fixture.at(9));
        UUID refunded = fixture.charge(fixture.at(10));
        fixture.release(refunded);
        fixture.insertFailed(refunded, fixture.at(10), fixture.at(10), fixture.at(10));
        UUID neverCharged = UuidCreator.getTimeOrderedEpoch();
        fixture.insertFailed(neverCharged, fixture.at(11), fixture.at(11), fixture.at(11));
        return new OneMismatchOfEachClass(
                fixture,
                chargedWithoutSession,
                completedWithoutCharge,
                failedNotReleased,
                releasedButCompleted,
                doubleCharge,
                resultObjectMissing);
    }

    JsonPath report() {
        return ReconciliationApi.report(fixture.hour(), fixture.end());
    }
}
