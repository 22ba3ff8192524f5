package dev.wearon.processes.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.processes.PausedProcess;
import dev.wearon.processes.PostgresAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RigTest {

    @TempDir
    private Path parent;

    @Test
    void startsServersThatEndWithIt() throws Exception {
        Rig rig = Rig.temporary(parent, "rig-", parent, Map.of());
        try (rig) {
            PostgresAddress credits = rig.database("credits");
            try (Connection connection = DriverManager.getConnection(credits.jdbcUrl(), credits.jdbcProperties())) {
                assertThat(connection.getSchema()).isEqualTo("credits");
            }
            Running redis = rig.redis();
            try (PausedProcess paused = redis.paused()) {
                assertThat(redis.isReady()).isFalse();
            }
            assertThat(redis.isReady()).isTrue();
            assertThat(rig.keys().publicKeys()).exists();

            rig.postgres().restart();
            try (Connection connection = rig.connect()) {
                assertThat(connection.isValid(1)).isTrue();
            }
        }
        assertThat(rig.postgres().isAlive()).isFalse();
        assertThat(rig.redis().isAlive()).isFalse();
        assertThat(parent).isEmptyDirectory();
        assertThat(rig.isClosed()).isTrue();
    }

    @Test
    void saysWhichPackagedServiceIsMissing() throws IOException {
        try (Rig rig = Rig.in(parent, parent, Map.of())) {
            assertThatThrownBy(() -> rig.start("credits"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("credits-service/target/quarkus-app/quarkus-run.jar is missing");
        }
    }
}
