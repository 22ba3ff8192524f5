package dev.wearon.containers;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.local.suite.UserError;
import org.junit.jupiter.api.Test;

class EngineTest {

    @Test
    void saysWhatToInstallIfThereIsNone() {
        assertThatThrownBy(() -> Engine.find("no-such-engine"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("No container engine answers (no-such-engine: not installed)")
                .hasMessageContaining("hint: install and start Docker or Podman");
    }
}
