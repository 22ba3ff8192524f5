package dev.wearon.gateway.identities;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.http.Caller;
import dev.wearon.http.Identities;
import dev.wearon.local.servers.IdentityKeys;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreIdentitiesTest {

    private static final UUID STORE = UUID.randomUUID();

    @TempDir
    Path folder;

    /** Whoever has a key may name as many shoppers as there are addresses. */
    @Test
    void remembersABoundedNumberOfShoppers() throws Exception {
        IdentityKeys keys = new IdentityKeys(folder);
        keys.makeIfMissing();
        var identities = new StoreIdentities(
                new Identities(
                        Optional.of("gateway"),
                        Optional.of(keys.privateKey("gateway").toString()),
                        keys.publicKeys().toString()),
                50);
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
