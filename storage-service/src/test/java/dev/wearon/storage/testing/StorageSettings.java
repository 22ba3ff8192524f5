package dev.wearon.storage.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;

/** A data folder of the test run's own, a signing key, and a public URL with everything a public URL may have. */
public final class StorageSettings implements QuarkusTestResourceLifecycleManager {

    /** Not where the tests' service listens: nothing may depend on that. */
    public static final String PUBLIC_URL = "http://images.test:9000/wearon";

    public static final String SIGNING_KEY = "a-signing-key-of-the-tests-with-32-bytes-or-more";

    private Path folder;

    @Override
    public Map<String, String> start() {
        try {
            folder = Files.createTempDirectory("wearon-storage-test-");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return Map.of(
                // Tests run the jobs themselves, in small steps.
                "wearon.upkeep.janitor-every",
                "off",
                "wearon.upkeep.orphans-every",
                "off",
                "wearon.upkeep.batch",
                "7",
                "wearon.storage.data-dir",
                folder.resolve("images").toString(),
                "wearon.storage.signing-key",
                SIGNING_KEY,
                "wearon.storage.upload-max-bytes",
                "1048576",
                "wearon.storage.result-max-bytes",
                "2097152",
                "wearon.public-url",
                PUBLIC_URL + "/");
    }

    @Override
    public void stop() {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
