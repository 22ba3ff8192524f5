package dev.wearon.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OperatorTest {

    @Test
    void refusesToStartWithoutAToken() {
        for (var token : List.of(Optional.<String>empty(), Optional.of(""), Optional.of("fifteen-letters"))) {
            assertThatThrownBy(() -> new Operator(token)).hasMessageContaining("WEARON_ADMIN_TOKEN");
        }
    }

    @Test
    void knowsTheTokenOnly() {
        var operator = new Operator(Optional.of("sixteen-letters!"));
        assertThat(operator.isCalling(List.of("Bearer sixteen-letters!"))).isTrue();
        assertThat(operator.isCalling(List.of("Bearer sixteen-letters?"))).isFalse();
        assertThat(operator.isCalling(List.of("Bearer sixteen-letters!", "Bearer sixteen-letters!")))
                .isFalse();
        assertThat(operator.isCalling(List.of())).isFalse();
    }
}
