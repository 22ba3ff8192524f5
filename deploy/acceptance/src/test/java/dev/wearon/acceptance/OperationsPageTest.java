package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.configuration.Variables;
import dev.wearon.local.suite.ConfigurationPage;
import dev.wearon.local.suite.Environment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The configuration page names every variable that a service reads, with its bounds; no page names an unknown one. */
class OperationsPageTest {

    /** What the examples for merchants keep in the environment. No program of ours reads it. */
    private static final Set<String> OF_CALLERS = Set.of("WEARON_URL", "WEARON_API_KEY");

    private static final Pattern VARIABLE = Pattern.compile("`(WEARON_[A-Z0-9_]+)`");
    private static final Pattern PREFIX = Pattern.compile("@ConfigMapping\\(prefix = \"([a-z0-9.-]+)\"\\)");
    private static final Pattern MEMBER = Pattern.compile("^ +([A-Z]\\w*(?:<[^;]+>)?|int|long|boolean) (\\w+)\\(\\);");
    private static final Pattern SETTLED = Pattern.compile("^(wearon\\.[a-z.-]+)=", Pattern.MULTILINE);
    private static final Pattern GROUP = Pattern.compile("^    interface (\\w+) \\{");
    private static final Pattern NAMED = Pattern.compile("name = \"(wearon\\.[a-z.-]+)\"|\\$\\{(wearon\\.[a-z.-]+)");

    /** A number that is read without its mapping: by injection, or in a setting of the framework. */
    private static final Pattern NUMBER_ELSEWHERE = Pattern.compile(
            "@ConfigProperty\\(name = \"(wearon\\.[a-z.-]+)\"[^)]*\\) (?:int|long|Duration|Optional(?:Int|Long))\\b"
                    + "|\\$\\{(wearon\\.[a-z.-]+):\\d+\\}");

    private static final Pattern NUMBER = Pattern.compile("int|long|Duration|OptionalInt|OptionalLong|.*\\bDuration>");
    private static final Pattern LEAST = Pattern.compile("@(?:Duration)?Min\\((?:(\\w+) = )?(\\d+)L?\\)");
    private static final Pattern MOST = Pattern.compile("@(?:Duration)?Max\\((?:(\\w+) = )?(\\d+)L?\\)");
    private static final Pattern AT_LEAST = Pattern.compile("@Bounds.AtLeast\\(\"([a-z.-]+)\"\\)");
    private static final Pattern ALLOWED = Pattern.compile("(\\w+) to (\\w+)(?:, or `(off|0)`)?(, and at least .+)?");
    private static final Pattern AMOUNT = Pattern.compile("(\\d+)([a-zA-Z]*)");
    private static final Pattern DEFAULT = Pattern.compile("@WithDefault\\(\"([^\"]*)\"\\)");
    private static final Pattern SECONDS = Pattern.compile("\\d+(?:\\.\\d+)?[sS]");

    private static final Path DOCS = Suite.ROOT.resolve("docs");
    private static final String RENAMED = "## Renamed variables";

    /** Compares amounts and not their spelling, so that 60s equals 1m and 64K equals 65536. */
    private record Bounds(Object least, Object most, Optional<String> without, boolean related) {}

    private static final Set<String> READ = new TreeSet<>();
    private static final Map<String, Bounds> BOUNDS = new TreeMap<>();
    private static final Map<String, String> DEFAULTS = new TreeMap<>();
    private static final Set<String> NUMBERS_ELSEWHERE = new TreeSet<>();

    @BeforeAll
    static void readTheCode() throws IOException {
        // Properties that a service's own application.properties sets: an operator cannot change them.
        Set<String> settled = new TreeSet<>();
        for (Path file : configuring()) {
            String text = Files.readString(file);
            readMapping(text.lines().toList());
            NAMED.matcher(text).results().forEach(found -> READ.add(variable(named(found))));
            NUMBER_ELSEWHERE.matcher(text).results().forEach(found -> NUMBERS_ELSEWHERE.add(variable(named(found))));
            SETTLED.matcher(text).results().forEach(found -> settled.add(variable(found.group(1))));
        }
        READ.removeAll(settled);
        BOUNDS.keySet().removeAll(settled);
        DEFAULTS.keySet().removeAll(settled);
    }

    @Test
    void namesEveryVariableAndNoOther() throws IOException {
        assertThat(variables(currentNames())).isEqualTo(known());
    }

    @Test
    void noOtherPageNamesAnUnknownVariable() throws IOException {
        List<Path> pages = Stream.of(files(DOCS.resolve("operations")), Files.list(DOCS), Files.list(Suite.ROOT))
                .flatMap(found -> found)
                .filter(file -> file.toString().endsWith(".md"))
                .filter(file -> !file.endsWith("configuration.md") && !file.endsWith("CHANGELOG.md"))
                .toList();
        assertThat(pages).hasSizeGreaterThan(10);
        for (Path page : pages) {
            assertThat(variables(Files.readString(page)))
                    .as(page.toString())
                    .isSubsetOf(
                            Stream.concat(known().stream(), OF_CALLERS.stream()).toList());
        }
    }

    @Test
    void listsEveryRenamedVariableWithItsNewName() throws IOException {
        Map<String, String> listed = new TreeMap<>();
        Pattern.compile("^\\| `(\\w+)`[^|]*\\| `(\\w+)` \\|$", Pattern.MULTILINE)
                .matcher(configuration().substring(currentNames().length()))
                .results()
                .forEach(row -> listed.put(row.group(1), row.group(2)));
        assertThat(listed).isEqualTo(Environment.renamed());
    }

    @Test
    void theListOfAllNamesIsComplete() {
        assertThat(Variables.known())
                .as("service-conventions/src/main/resources/dev/wearon/configuration/variables.txt")
                .isEqualTo(READ);
    }

    /** Only a mapping has bounds, so every other use of a number must have one. */
    @Test
    void everyNumberStandsInAMapping() {
        assertThat(NUMBERS_ELSEWHERE).isNotEmpty().isSubsetOf(BOUNDS.keySet());
    }

    @Test
    void saysTheBoundsOfEveryNumber() throws IOException {
        Map<String, Bounds> documented = new TreeMap<>();
        for (String row : currentNames()
                .lines()
                .filter(line -> line.startsWith("| `WEARON_"))
                .toList()) {
            String[] cells = row.split("\\|", -1);
            if (Environment.own().stream().anyMatch(own -> cells[1].contains("`" + own + "`"))) {
                continue;
            }
            Matcher allowed = ALLOWED.matcher(cells[3].strip());
            if (allowed.matches()) {
                Bounds bounds = new Bounds(
                        amount(allowed.group(1)),
                        amount(allowed.group(2)),
                        Optional.ofNullable(allowed.group(3)),
                        allowed.group(4) != null);
                VARIABLE.matcher(cells[1]).results().forEach(found -> documented.put(found.group(1), bounds));
            }
        }
        assertThat(documented).containsExactlyInAnyOrderEntriesOf(BOUNDS);
    }

    /** {@code ./wearon config} prints the defaults of the page. */
    @Test
    void saysTheDefaultOfEveryVariable() throws IOException {
        Map<String, String> documented = ConfigurationPage.defaults(Suite.ROOT);
        assertThat(documented.keySet()).isEqualTo(known());
        assertThat(DEFAULTS)
                .hasSizeGreaterThan(100)
                .allSatisfy((name, ofCode) ->
                        assertThat(quantity(documented.get(name))).as(name).isEqualTo(quantity(ofCode)));
    }

    /** Compares amounts like the bounds do; other values as text. */
    private static Object quantity(String text) {
        if (SECONDS.matcher(text).matches()) {
            return Duration.parse("PT" + text);
        }
        return AMOUNT.matcher(text).matches() ? amount(text) : text;
    }

    private static Set<String> known() {
        Set<String> known = new TreeSet<>(READ);
        known.addAll(Environment.own());
        return known;
    }

    private static Set<String> variables(String text) {
        return VARIABLE.matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String configuration() throws IOException {
        return Files.readString(DOCS.resolve("operations/configuration.md"));
    }

    private static String currentNames() throws IOException {
        return configuration().substring(0, configuration().indexOf(RENAMED));
    }

    private static List<Path> configuring() {
        return Stream.of(
                        "gateway-service",
                        "credits-service",
                        "generation-service",
                        "storage-service",
                        "service-conventions")
                .flatMap(module -> files(Suite.ROOT.resolve(module).resolve("src/main")))
                .filter(file ->
                        file.toString().endsWith(".java") || file.toString().endsWith(".properties"))
                .toList();
    }

    private static void readMapping(List<String> lines) {
        String prefix = null;
        String group = "";
        boolean begins = false;
        StringBuilder annotations = new StringBuilder();
        for (String line : lines) {
            Matcher mapping = PREFIX.matcher(line);
            Matcher nested = GROUP.matcher(line);
            Matcher member = MEMBER.matcher(line);
            annotations.append(line);
            if (mapping.find()) {
                prefix = mapping.group(1);
                group = "";
                begins = true;
            } else if (begins) {
                // The line of the mapping itself, which may be nested in another type.
                begins = false;
            } else if (prefix != null && nested.find()) {
                group = "." + nested.group(1);
            } else if (prefix != null && member.find() && !startsAGroup(member, lines)) {
                boolean isThePrefix = annotations.indexOf("@WithParentName") >= 0;
                String name = variable(prefix + (isThePrefix ? "" : group + "." + member.group(2)));
                READ.add(name);
                Matcher byDefault = DEFAULT.matcher(annotations);
                if (byDefault.find()) {
                    DEFAULTS.put(name, byDefault.group(1));
                }
                if (NUMBER.matcher(member.group(1)).matches()) {
                    BOUNDS.put(name, bounds(name, annotations));
                }
            }
            if (line.isBlank()) {
                annotations.setLength(0);
            }
        }
    }

    private static Bounds bounds(String name, CharSequence annotations) {
        return new Bounds(
                bound(name, LEAST.matcher(annotations)),
                bound(name, MOST.matcher(annotations)),
                annotations.toString().contains("@WithConverter(Bounds.Interval.class)")
                        ? Optional.of("off")
                        : annotations.toString().contains("@WithConverter(Bounds.KeptFor.class)")
                                ? Optional.of("0")
                                : Optional.empty(),
                AT_LEAST.matcher(annotations).find());
    }

    private static Object bound(String name, Matcher annotation) {
        assertThat(annotation.find()).as("the bounds of " + name).isTrue();
        long number = Long.parseLong(annotation.group(2));
        return annotation.group(1) == null
                ? number
                : Duration.of(number, ChronoUnit.valueOf(annotation.group(1).toUpperCase(Locale.ROOT)));
    }

    private static Object amount(String text) {
        Matcher amount = AMOUNT.matcher(text);
        assertThat(amount.matches()).as(text).isTrue();
        long number = Long.parseLong(amount.group(1));
        return switch (amount.group(2)) {
            case "" -> number;
            case "K" -> number << 10;
            case "M" -> number << 20;
            case "G" -> number << 30;
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static boolean startsAGroup(Matcher member, List<String> lines) {
        return lines.contains("    interface " + member.group(1) + " {");
    }

    private static String named(MatchResult found) {
        return Stream.iterate(1, group -> group + 1)
                .limit(found.groupCount())
                .map(found::group)
                .filter(name -> name != null)
                .findFirst()
                .orElseThrow();
    }

    private static String variable(String property) {
        return property.replaceAll("([a-z])([A-Z])", "$1_$2")
                .replaceAll("[.-]", "_")
                .toUpperCase(Locale.ROOT);
    }

    private static Stream<Path> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList().stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
