package dev.wearon.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityKeysTest {

    /** Made once, because generating keys is slow. */
    @TempDir
    private static Path made;

    @TempDir
    private Path folder;

    private IdentityKeys keys;

    @BeforeAll
    static void make() throws IOException {
        new IdentityKeys(made).makeIfMissing();
    }

    @BeforeEach
    void copy() throws IOException {
        keys = new IdentityKeys(folder);
        try (var files = Files.list(made)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void aKeyIsNamedByItsIssuerAndItsThumbprint() throws Exception {
        assertThat(names()).hasSize(2);
        for (JsonWebKey key : set()) {
            assertThat(key.getKeyId().split("/", 2)[0]).isIn(IdentityKeys.ISSUERS);
            assertThat(key.getKeyId().split("/", 2)[1]).isEqualTo(key.calculateBase64urlEncodedThumbprint("SHA-256"));
        }
    }

    @Test
    void keepsExistingKeys() throws Exception {
        String before = Files.readString(keys.publicKeys());
        keys.makeIfMissing();
        assertThat(keys.publicKeys()).hasContent(before);
    }

    @Test
    void replacesAKeyAndThenRemovesTheOldOne() throws Exception {
        String old = keys.nameOf("gateway");
        String added = keys.add("gateway");
        assertThat(keys.nameOf("gateway")).isEqualTo(old);
        assertThatThrownBy(() -> keys.add("gateway")).hasMessageContaining("gateway-next.pem");
        assertThatThrownBy(() -> keys.remove(old)).hasMessageContaining(old);
        Files.move(keys.nextPrivateKey("gateway"), keys.privateKey("gateway"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(keys.nameOf("gateway")).isEqualTo(added);
        keys.remove(old);
        assertThat(names()).containsExactlyInAnyOrder(added, keys.nameOf("generation"));
        assertThatThrownBy(() -> keys.remove(old)).hasMessageContaining("has no key " + old);
    }

    /** Older sets name their keys without a thumbprint. */
    @Test
    void keepsAndExtendsASetWhoseKeysAreNamedByIssuerOnly() throws Exception {
        Files.writeString(
                keys.publicKeys(), Files.readString(keys.publicKeys()).replaceAll("/[A-Za-z0-9_-]{43}\"", "\""));
        keys.makeIfMissing();
        assertThat(keys.nameOf("gateway")).isEqualTo("gateway");
        String added = keys.add("gateway");
        assertThat(names()).containsExactly("gateway", "generation", added);
    }

    private List<JsonWebKey> set() throws IOException, JoseException {
        return new JsonWebKeySet(Files.readString(keys.publicKeys())).getJsonWebKeys();
    }

    private List<String> names() throws IOException, JoseException {
        return set().stream().map(JsonWebKey::getKeyId).toList();
    }
}
