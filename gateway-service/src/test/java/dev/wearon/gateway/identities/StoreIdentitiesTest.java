package dev.wearon.gateway.identities;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StoreIdentitiesTest {

    @Test
    void refusesToStartWithoutItsKey() {
        assertThatThrownBy(() -> new StoreIdentities("gateway", "unset", 10))
                .hasMessageContaining("WEARON_IDENTITY_PRIVATE_KEY");
    }
}
