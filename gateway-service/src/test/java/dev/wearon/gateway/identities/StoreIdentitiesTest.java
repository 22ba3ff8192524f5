package dev.wearon.gateway.identities;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.http.Caller;
import io.smallrye.jwt.util.KeyUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreIdentitiesTest {

    private static final UUID STORE = UUID.randomUUID();

    @TempDir
    Path folder;

    @Test
    void refusesToStartWithoutItsKey() {
        assertThatThrownBy(() -> new StoreIdentities("gateway", "unset", 10))
                .hasMessageContaining("WEARON_IDENTITY_PRIVATE_KEY");
    }

    /** Whoever has a key may name as many shoppers as there are addresses. */
    @Test
    void remembersABoundedNumberOfShoppers() throws Exception {
        Path key = folder.resolve("key.pem");
        Files.writeString(
                key,
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(KeyUtils.generateKeyPair(2048)
                                        .getPrivate()
                                        .getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
        var identities = new StoreIdentities("gateway", key.toString(), 50);
        assertThat(identities.of(shopper(0))).isEqualTo(identities.of(shopper(0)));
        for (int i = 0; i < 500; i++) {
            assertThat(identities.of(shopper(i))).startsWith("Bearer ");
        }
        identities.signed.cleanUp();
        assertThat(identities.signed.estimatedSize()).isBetween(1L, 50L);
    }

    private static Caller shopper(int number) {
        return new Caller(
                STORE,
                Optional.of("shopper" + number + "@example.com"),
                new Caller.Terms(
                        Caller.BillingMode.RESELL_MODE, Optional.empty(), Optional.empty(), Optional.empty(), false));
    }
}
