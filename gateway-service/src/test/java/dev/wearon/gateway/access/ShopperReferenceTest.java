package dev.wearon.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.http.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShopperReferenceTest {

    @ParameterizedTest
    @ValueSource(strings = {"7", "shopify:7001", "a/b.c_d-e", "redacted", "redacted-1", "shop:redacted:1"})
    void mayBeAnyShortText(String usable) {
        assertThat(ShopperReference.ofBody(usable)).isEqualTo(usable);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", ":a", "a b", "a@b.example"})
    void hasNoOtherCharacters(String unusable) {
        assertThatThrownBy(() -> ShopperReference.ofBody(unusable)).isInstanceOf(Problem.class);
    }

    /** The credits of a shopper whose names were deleted are nobody's. */
    @Test
    void isNoPseudonymOfTheLedger() {
        assertThatThrownBy(() -> ShopperReference.ofBody("redacted:6b1c7a52-3f0e-4d7b-9b0e-0d6f3a1c2e4f"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("must not begin with redacted:");
    }
}
