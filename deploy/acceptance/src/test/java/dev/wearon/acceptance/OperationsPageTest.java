package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every variable that a service reads stands in the operator's page, and the page names no other. */
class OperationsPageTest {

    private static final Pattern VARIABLE = Pattern.compile("`(WEARON_[A-Z0-9_]+)`");
    private static final Pattern PREFIX = Pattern.compile("@ConfigMapping\\(prefix = \"([a-z0-9.-]+)\"\\)");
    private static final Pattern MEMBER = Pattern.compile("^ +([A-Z]\\w*(?:<\\w+>)?|int|long|boolean) (\\w+)\\(\\);");
    private static final Pattern SETTLED = Pattern.compile("^(wearon\\.[a-z.-]+)=", Pattern.MULTILINE);
    private static final Pattern GROUP = Pattern.compile("^    interface (\\w+) \\{");
    private static final Pattern NAMED = Pattern.compile("name = \"(wearon\\.[a-z.-]+)\"|\\$\\{(wearon\\.[a-z.-]+)");

    @Test
    void namesEveryVariableAndNoOther() throws IOException {
        Set<String> documented = VARIABLE.matcher(Files.readString(Suite.ROOT.resolve("docs/operations.md")))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> read = new TreeSet<>();
        // Given a value by a service's own properties, from another variable or for good: not the operator's to set.
        Set<String> settled = new TreeSet<>();
        for (Path file : configuring()) {
            read.addAll(variablesOf(Files.readAllLines(file)));
            SETTLED.matcher(Files.readString(file)).results().forEach(found -> settled.add(variable(found.group(1))));
        }
        read.removeAll(settled);
        assertThat(documented).isEqualTo(read);
    }

    private static List<Path> configuring() {
        return Stream.of(
                        "gateway-service",
                        "credits-service",
                        "generation-service",
                        "storage-service",
                        "http-conventions")
                .flatMap(module -> files(Suite.ROOT.resolve(module).resolve("src/main")))
                .filter(file -> file.toString().endsWith(".java") || file.endsWith("application.properties"))
                .toList();
    }

    private static Set<String> variablesOf(List<String> lines) {
        Set<String> variables = new TreeSet<>();
        String prefix = null;
        String group = "";
        for (String line : lines) {
            Matcher mapping = PREFIX.matcher(line);
            Matcher nested = GROUP.matcher(line);
            Matcher member = MEMBER.matcher(line);
            if (mapping.find()) {
                prefix = mapping.group(1);
            } else if (prefix != null && nested.find()) {
                group = "." + nested.group(1);
            } else if (prefix != null && member.find() && !startsAGroup(member, lines)) {
                variables.add(variable(prefix + group + "." + member.group(2)));
            }
            NAMED.matcher(line)
                    .results()
                    .map(found -> found.group(1) != null ? found.group(1) : found.group(2))
                    .forEach(name -> variables.add(variable(name)));
        }
        return variables;
    }

    private static boolean startsAGroup(Matcher member, List<String> lines) {
        return lines.contains("    interface " + member.group(1) + " {");
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
