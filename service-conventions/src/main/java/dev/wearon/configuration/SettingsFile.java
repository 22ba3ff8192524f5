package dev.wearon.configuration;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The file that {@code WEARON_SETTINGS_FILE} names: further variables, one {@code NAME=VALUE} on each line. So a secret need not be
 * in the environment, which whoever may inspect a container can read.
 *
 * <p>The files of {@code QUARKUS_CONFIG_LOCATIONS} would not do: they are read after the configuration is checked.
 */
final class SettingsFile {

    static final String VARIABLE = "WEARON_SETTINGS_FILE";

    private SettingsFile() {}

    /** The variables in the file; none without a file. */
    static Map<String, String> read(Map<String, String> environment) {
        Optional<String> file = Optional.ofNullable(environment.get(VARIABLE))
                .map(String::strip)
                .filter(name -> !name.isEmpty());
        return file.map(name -> parse(name, lines(name))).orElse(Map.of());
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException unreadable) {
            throw new ConfigurationException(
                    "%s is %s, which cannot be read: %s".formatted(VARIABLE, file, unreadable));
        }
    }

    private static Map<String, String> parse(String file, List<String> lines) {
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            int end = line.indexOf('=');
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (!line.substring(0, Math.max(end, 0)).matches("[A-Z][A-Z0-9_]*")) {
                // The line itself may have a secret.
                throw new ConfigurationException(
                        "Line %d of %s (%s) must be NAME=VALUE".formatted(i + 1, file, VARIABLE));
            }
            variables.put(line.substring(0, end), line.substring(end + 1));
        }
        return variables;
    }
}
