package dev.wearon.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.LaunchMode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorTest {

    private static final String STRONG = "k3J9xQ2mV7bN4cZ8wL1pR6tY0hG5dS_F";
    private static final String OTHER = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

    private static Operator inProduction(String tokens) {
        return new Operator(Optional.ofNullable(tokens), LaunchMode.NORMAL);
    }

    @Nested
    class RefusesToStart {

        @Test
        void withoutAToken() {
            for (LaunchMode mode : LaunchMode.values()) {
                assertThatThrownBy(() -> new Operator(Optional.empty(), mode))
                        .hasMessageContaining("WEARON_ADMIN_TOKEN");
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    ",",
                    "k3J9xQ2mV7bN4cZ8wL1pR6tY0hG5dS_",
                    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                    "changechangechangechangechangechange",
                    STRONG + ",",
                    "," + STRONG,
                    STRONG + ",weak",
                    STRONG + ", " + STRONG + ",                                      "
                })
        void inProductionIfOneTokenIsWeak(String tokens) {
            assertThatThrownBy(() -> inProduction(tokens))
                    .hasMessageContaining("WEARON_ADMIN_TOKEN")
                    .hasMessageContaining("32")
                    .message()
                    .doesNotContain(STRONG);
        }

        @Test
        void inEveryModeWithLessThanSixteenCharacters() {
            assertThatThrownBy(() -> new Operator(Optional.of("fifteen-letters"), LaunchMode.TEST))
                    .hasMessageContaining("WEARON_ADMIN_TOKEN");
            assertThatCode(() -> new Operator(Optional.of("sixteen-letters!"), LaunchMode.DEVELOPMENT))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void identifiesEachTokenByAPrefixOfItsHash() {
        Operator operator = inProduction(STRONG + " , " + OTHER);
        // printf %s "$TOKEN" | sha256sum | cut -c1-8
        assertThat(operator.identify(List.of("Bearer " + STRONG))).contains("operator-3017e07e");
        assertThat(operator.identify(List.of("Bearer " + OTHER))).contains("operator-a1bf4dc2");
    }

    @Test
    void refusesOtherTokens() {
        Operator operator = inProduction(STRONG + "," + OTHER);
        for (String offered : List.of(
                STRONG,
                "Bearer " + STRONG + "," + OTHER,
                "Bearer " + STRONG + " ",
                "Bearer ",
                "bearer " + STRONG,
                "Bearer operator-3017e07e")) {
            assertThat(operator.identify(List.of(offered))).as(offered).isEmpty();
        }
        assertThat(operator.identify(List.of())).isEmpty();
        assertThat(operator.identify(List.of("Bearer " + STRONG, "Bearer " + STRONG)))
                .isEmpty();
    }
}
