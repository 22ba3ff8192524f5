package dev.wearon.generation.roles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoleTest {

    @Test
    void readsOneOrBoth() {
        assertThat(Role.parse("api")).containsExactly(Role.API);
        assertThat(Role.parse("worker")).containsExactly(Role.WORKER);
        assertThat(Role.parse(" worker , api")).containsExactlyInAnyOrder(Role.API, Role.WORKER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "workers", "api,", "api;worker", "API"})
    void refusesAnythingElseAndNamesTheVariable(String roles) {
        assertThatThrownBy(() -> Role.parse(roles))
                .hasMessageStartingWith("WEARON_ROLES must be api, worker or api,worker");
    }
}
