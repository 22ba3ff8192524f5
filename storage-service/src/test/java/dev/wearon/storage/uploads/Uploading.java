package dev.wearon.storage.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.local.testing.Await;
import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Client.Place;
import dev.wearon.storage.testing.MovableClock;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Holds every test that sends bytes to it: whatever it did, what is stored is whole, and the rest is gone. */
abstract class Uploading {

    static final Duration PATIENCE = Duration.ofSeconds(10);
    static final int LIMIT = 1_048_576;
    static final UUID STORE = UUID.randomUUID();

    @Inject
    Clock clock;

    @ConfigProperty(name = "wearon.storage.data-dir")
    Path dataDir;

    long rows;

    @BeforeEach
    void countRows() {
        rows = Client.rows();
        assertThat(Client.files(dataDir, "incoming")).isZero();
    }

    /** Each row has its blob, each blob its row, and nothing is half written. */
    @AfterEach
    void leavesNothingBehind() throws Exception {
        ((MovableClock) clock).move(Duration.ZERO);
        Await.until(
                PATIENCE,
                () -> Client.files(dataDir, "incoming") == 0 && Client.files(dataDir, "blobs") == Client.rows(),
                arrived -> arrived);
    }

    final void keptNothing(Place place) {
        assertThat(Client.rows()).isEqualTo(rows);
        Client.get(place.imageUrl()).then().statusCode(404);
    }
}
