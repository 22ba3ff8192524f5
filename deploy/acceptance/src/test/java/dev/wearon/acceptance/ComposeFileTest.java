package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.configuration.Variables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What compose.yaml promises, as far as it shows without an engine. {@link ContainersIT} runs it. */
class ComposeFileTest {

    private static final Path FOLDER = Suite.ROOT.resolve("deploy/compose");
    private static final Set<String> SERVING = Set.of("gateway", "credits", "generation", "worker", "storage");

    private static Map<String, Object> file;
    private static final Map<String, Map<String, Object>> OURS = new TreeMap<>();

    @BeforeAll
    static void read() throws IOException {
        file = new Yaml().load(Files.readString(FOLDER.resolve("compose.yaml")));
        services().forEach((name, service) -> {
            if (SERVING.contains(name) || name.startsWith("migrate-")) {
                OURS.put(name, service);
            }
        });
    }

    @Test
    void onlyTheGatewayHasAPortAndOnlyOnThisMachine() {
        assertThat(services().entrySet().stream()
                        .filter(service -> service.getValue().containsKey("ports"))
                        .map(Map.Entry::getKey))
                .containsExactly("gateway");
        assertThat(services().get("gateway").get("ports")).isEqualTo(List.of("${WEARON_LISTEN:-127.0.0.1:8080}:8080"));
    }

    @Test
    void everyServiceHasOnlyVariablesThatExistAndNoSecret() {
        OURS.forEach((name, service) -> {
            Set<String> variables = environment(service).keySet();
            assertThat(variables.stream().filter(variable -> variable.startsWith(Variables.PREFIX)))
                    .as(name)
                    .isSubsetOf(Variables.known())
                    .contains("WEARON_SETTINGS_FILE");
            assertThat(variables)
                    .as(name)
                    .noneMatch(
                            variable -> variable.matches(".*(PASSWORD|TOKEN|SIGNING_KEY|SECRET_ACCESS_KEY|REDIS_URL)"));
        });
    }

    @Test
    void onlyTheMigrationsMigrate() {
        OURS.forEach((name, service) -> assertThat(environment(service))
                .as(name)
                .containsEntry("WEARON_DB_MIGRATE_AT_START", SERVING.contains(name) ? "false" : "true"));
        for (String name : SERVING) {
            assertThat(services().get(name).get("depends_on").toString())
                    .as(name)
                    .containsPattern("migrate-\\w+=\\{condition=service_completed_successfully}");
        }
    }

    @Test
    void everyServiceIsConfinedAndHasTimeToEnd() {
        OURS.forEach((name, service) -> assertThat(service)
                .as(name)
                .containsEntry("read_only", true)
                .containsEntry("tmpfs", List.of("/tmp"))
                .containsEntry("cap_drop", List.of("ALL"))
                .containsKey("mem_limit"));
        for (String name : SERVING) {
            String period = services().get(name).get("stop_grace_period").toString();
            assertThat(Integer.parseInt(period.replace("s", ""))).as(name).isGreaterThanOrEqualTo(40);
        }
    }

    @Test
    void thePageListsEverySecretFileAndTheExampleEveryVariable() throws IOException {
        String page = Files.readString(FOLDER.resolve("README.md"));
        for (Object secret : ((Map<?, ?>) file.get("secrets")).keySet()) {
            assertThat(page).contains("`" + secret + "`");
        }
        String text = Files.readString(FOLDER.resolve("compose.yaml"));
        Set<String> used = Pattern.compile("\\$\\{(\\w+)")
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
        for (String variable : used) {
            assertThat(Files.readString(FOLDER.resolve(".env.example"))).contains("\n" + variable + "=");
        }
    }

    /** What docker-compose 1.29 refuses. */
    @Test
    void staysWithinTheOlderFormat() {
        assertThat(file).doesNotContainKeys("name", "include", "configs");
        assertThat(file.toString()).doesNotContain("start_interval", "required=");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> services() {
        return (Map<String, Map<String, Object>>) file.get("services");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> environment(Map<String, Object> service) {
        return (Map<String, Object>) service.get("environment");
    }
}
