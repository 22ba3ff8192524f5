package dev.wearon.generation.channels;

import dev.wearon.generation.charging.Charges;
import dev.wearon.generation.images.Images;
import io.quarkus.arc.properties.IfBuildProperty;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A second channel with its own tables ({@code db/kiosks}). The ledger and storage know only stores, so each kiosk uses the
 * wallet and the objects of the store with its id. Its charges have the channel's own issuer.
 */
@Singleton
@IfBuildProperty(name = WithKiosks.SWITCH, stringValue = "true")
public final class Kiosks implements Channel {

    public static final String NAME = "kiosk";

    public static final int MAX_UNFINISHED = 4;

    private static final Tables TABLES = new Tables(
            "generation.kiosk_sessions",
            "kiosk_id",
            List.of(),
            "generation.kiosk_keys",
            "generation.kiosk_events",
            "generation.kiosk_totals",
            "generation.kiosk_usage",
            "generation.kiosk_mark",
            "generation.kiosk_turns",
            "generation.kiosk_claim");

    private final Charges charges;
    private final Images images;

    Kiosks(Charges charges, Images images) {
        this.charges = charges;
        this.images = images;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Tables tables() {
        return TABLES;
    }

    @Override
    public int maxUnfinished() {
        return MAX_UNFINISHED;
    }

    @Override
    public Uni<Images.Resolved> resolve(String identity, List<String> urls, Duration liveFor) {
        return images.resolve(identity, urls, liveFor);
    }

    @Override
    public Uni<Charges.Outcome> charge(String identity, UUID sessionId, int amount, String requestId) {
        return charges.charge(issuer(), identity, sessionId, amount, requestId);
    }

    @Override
    public Uni<Boolean> release(UUID kioskId, UUID sessionId, String requestId) {
        return charges.release(kioskId, sessionId, requestId);
    }

    @Override
    public Uni<Images.Read> read(UUID kioskId, String path, String requestId) {
        return images.read(kioskId, path, requestId);
    }

    @Override
    public Uni<Images.Stored> writeResult(
            UUID kioskId, UUID sessionId, Map<String, String> details, byte[] jpeg, String requestId) {
        return images.writeResult(kioskId, sessionId, Optional.empty(), jpeg, requestId);
    }

    @Override
    public Uni<Boolean> publish(List<String> paths) {
        return images.publish(paths);
    }
}
