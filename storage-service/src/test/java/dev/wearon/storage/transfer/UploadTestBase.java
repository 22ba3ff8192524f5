package dev.wearon.storage.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Client.Upload;
import dev.wearon.storage.testing.MovableClock;
import dev.wearon.storage.testing.StorageSettings;
import dev.wearon.testkit.Await;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Checks after each test that no blob is left without a row, and no file unfinished. */
abstract class UploadTestBase {

    static final Duration TIMEOUT = Duration.ofSeconds(10);
    static final int LIMIT = StorageSettings.UPLOAD_MAX_BYTES;
    static final UUID STORE = UUID.randomUUID();

    @Inject
    Clock clock;

    @Inject
    Backend backend;

    @ConfigProperty(name = "wearon.storage.data-dir")
    Path dataDir;

    long rows;

    @BeforeEach
    void countRows() {
        rows = Client.rows();
        assertThat(unfinishedFiles()).isZero();
    }

    /** Waits until rows and blobs have the same number, and no file is unfinished. */
    @AfterEach
    void leavesNothingBehind() throws Exception {
        ((MovableClock) clock).move(Duration.ZERO);
        Await.until(TIMEOUT, () -> unfinishedFiles() == 0 && blobs() == Client.rows(), arrived -> arrived);
    }

    final long blobs() {
        return backend.list().collect().asList().await().atMost(TIMEOUT).size();
    }

    /** Counts the drafts in the folder. A bucket has no folder of drafts. */
    final long unfinishedFiles() {
        return Boolean.getBoolean(StorageSettings.IN_A_BUCKET) ? 0 : Client.files(dataDir, "incoming");
    }

    final void assertNothingStored(Upload upload) {
        assertThat(Client.rows()).isEqualTo(rows);
        Client.get(upload.imageUrl()).then().statusCode(404);
    }
}
