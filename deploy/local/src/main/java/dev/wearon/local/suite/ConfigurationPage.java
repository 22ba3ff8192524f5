package dev.wearon.local.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The variables and their defaults, from the tables of {@code docs/operations/configuration.md}. The page is the only list with
 * defaults; {@code OperationsPageTest} compares it with the code of the services.
 */
public final class ConfigurationPage {

    private static final String PAGE = "docs/operations/configuration.md";
    private static final String AFTER_THE_TABLES = "## Renamed variables";
    private static final Pattern NAME = Pattern.compile("`(WEARON_[A-Z0-9_]+)`");
    private static final String ROW = "| `WEARON_";

    private ConfigurationPage() {}

    /** The default of each variable, by its name, in the order of the page. Empty if there is none. */
    public static Map<String, String> defaults(Path root) throws IOException {
        String page = Files.readString(root.resolve(PAGE));
        int end = page.indexOf(AFTER_THE_TABLES);
        Map<String, String> defaults = new LinkedHashMap<>();
        (end < 0 ? page : page.substring(0, end))
                .lines()
                .filter(line -> line.startsWith(ROW))
                .forEach(line -> read(line.split("\\|", -1), defaults));
        return defaults;
    }

    /** A row of several variables has one default for all, or one for each in their order. */
    private static void read(String[] cells, Map<String, String> defaults) {
        List<String> names = NAME.matcher(cells[1])
                .results()
                .map((MatchResult name) -> name.group(1))
                .toList();
        String[] values = cells[2].strip().split(", ");
        for (int i = 0; i < names.size(); i++) {
            // The command's own WEARON_DB_URL comes before the one of the services.
            defaults.putIfAbsent(names.get(i), values.length == names.size() ? values[i] : cells[2].strip());
        }
    }
}
