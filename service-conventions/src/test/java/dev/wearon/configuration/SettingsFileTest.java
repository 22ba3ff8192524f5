package dev.wearon.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {

    @TempDir
    Path folder;

    @Test
    void hasAVariableOnEachLine() throws IOException {
        assertThat(read("# of credits\n\nWEARON_DB_PASSWORD=it's a=secret\r\nWEARON_DB_POOL_SIZE=4\n"))
                .isEqualTo(Map.of("WEARON_DB_PASSWORD", "it's a=secret", "WEARON_DB_POOL_SIZE", "4"));
        assertThat(SettingsFile.read(Map.of())).isEmpty();
    }

    @Test
    void refusesWhatItCannotRead() {
        assertThatThrownBy(() -> SettingsFile.read(Map.of(SettingsFile.VARIABLE, "/no/such/file")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("WEARON_SETTINGS_FILE is /no/such/file, which cannot be read");
        assertThatThrownBy(() -> read("WEARON_DB_POOL_SIZE=4\nwearon.db.password=secret"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Line 2 of")
                .hasMessageNotContaining("secret");
    }

    private Map<String, String> read(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("settings"), text);
        return SettingsFile.read(Map.of(SettingsFile.VARIABLE, file.toString()));
    }
}
