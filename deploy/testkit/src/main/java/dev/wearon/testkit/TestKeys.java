package dev.wearon.testkit;

import dev.wearon.processes.IdentityKeys;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Identity keys for tests that do not change them. */
public final class TestKeys {

    private static final Path TARGET = Path.of("target").toAbsolutePath();

    private TestKeys() {}

    /** The keys in the module's build folder. They are made once, because a pair takes a second of a processor. */
    public static IdentityKeys ofThisModule() throws IOException {
        IdentityKeys keys = new IdentityKeys(TARGET.resolve("identities"));
        if (Files.exists(keys.folder())) {
            return keys;
        }
        IdentityKeys made = new IdentityKeys(Files.createTempDirectory(TARGET, "identities-"));
        made.makeIfMissing();
        try {
            Files.move(made.folder(), keys.folder(), StandardCopyOption.ATOMIC_MOVE);
            return keys;
        } catch (FileSystemException failed) {
            if (!Files.exists(keys.folder())) {
                throw failed;
            }
            // Another JVM was faster; these keys are as good.
            return made;
        }
    }
}
