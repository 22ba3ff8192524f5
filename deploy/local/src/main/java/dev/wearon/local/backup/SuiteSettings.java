package dev.wearon.local.backup;

import java.util.Map;

/**
 * {@code settings.json}: how the suite was started.
 *
 * @param variables of the environment, without the values of secrets
 */
public record SuiteSettings(int portBase, Map<String, String> variables) {

    static final String FILE = "settings.json";
}
