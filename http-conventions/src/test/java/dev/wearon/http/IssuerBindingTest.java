package dev.wearon.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.StartupEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IssuerBindingTest {

    @TempDir
    Path folder;

    @Test
    void refusesToStartWithoutTheKeysItNeeds() throws Exception {
        String key = Files.createFile(folder.resolve("key")).toString();
        assertThatThrownBy(() -> start("unset", Optional.empty())).hasMessageContaining("WEARON_IDENTITY_PUBLIC_KEYS");
        assertThatThrownBy(() -> start(key, Optional.of("unset"))).hasMessageContaining("WEARON_IDENTITY_PRIVATE_KEY");
        assertThatCode(() -> start(key, Optional.of(key))).doesNotThrowAnyException();
        assertThatCode(() -> start(key, Optional.empty())).doesNotThrowAnyException();
    }

    private static void start(String publicKeys, Optional<String> ownKey) {
        new IssuerBinding().requireKeys(new StartupEvent(), publicKeys, ownKey);
    }
}
