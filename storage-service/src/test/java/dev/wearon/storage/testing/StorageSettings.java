package dev.wearon.storage.testing;

import dev.wearon.testkit.S3Server;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * Configures a data folder for the test run, a signing key, and a public URL with a port and a path. Images are stored
 * in the folder, or in a bucket if {@value #IN_A_BUCKET} is set: the build runs these tests with each.
 */
public final class StorageSettings implements QuarkusTestResourceLifecycleManager {

    /** This is not the address of the tested service, because the service must not depend on its own address. */
    public static final String PUBLIC_URL = "http://images.test:9000/wearon";

    public static final String SIGNING_KEY = "a-signing-key-of-the-tests-with-32-bytes-or-more";

    public static final int UPLOAD_MAX_BYTES = 1_048_576;

    public static final String IN_A_BUCKET = "wearon.test.in-a-bucket";

    private Path folder;
    private ImageHost imageHost;

    @Override
    public Map<String, String> start() {
        try {
            folder = Files.createTempDirectory("wearon-storage-test-");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        imageHost = new ImageHost();
        Map<String, String> settings = new HashMap<>(Map.of(
                // Tests run the jobs themselves, in small batches.
                "wearon.upkeep.janitor-every",
                "off",
                "wearon.upkeep.orphans-every",
                "off",
                "wearon.upkeep.batch",
                "7",
                // Tests change rows behind the back of the service. RememberedReadsTest has the default.
                "wearon.storage.remember-objects",
                "0s",
                "wearon.storage.data-dir",
                folder.resolve("images").toString(),
                "wearon.storage.signing-key",
                SIGNING_KEY,
                "wearon.storage.upload-max-bytes",
                Integer.toString(UPLOAD_MAX_BYTES),
                "wearon.storage.result-max-bytes",
                "2097152",
                "wearon.public-url",
                PUBLIC_URL + "/"));
        settings.put("wearon.imports.allowed-hosts", "localhost:" + imageHost.port());
        settings.put("wearon.imports.timeout", "4s");
        settings.put("wearon.imports.concurrent-per-store", "3");
        if (Boolean.getBoolean(IN_A_BUCKET)) {
            settings.putAll(S3Server.shared().settings());
            settings.put("wearon.storage.s3.prefix", "http/");
            settings.put("wearon.storage.s3.connections", "8");
        }
        return settings;
    }

    @Override
    public void stop() {
        imageHost.stop();
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
