package dev.wearon.local.suite;

import dev.wearon.processes.services.ServiceProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Every variable with the value that a suite gets if this environment starts it. Contains no secret.
 *
 * @param connections the most connections to PostgreSQL
 * @param runningSuiteDiffers the variables of which the processes of the running suite have other values; empty if the suite is
 *     down, or if the system does not show the environment of a process
 */
public record Settings(List<Setting> settings, Connections connections, Set<String> runningSuiteDiffers) {

    /** Where a value comes from. */
    public enum Source {
        /** A variable of the environment. */
        ENVIRONMENT,
        /** An option of the command line. */
        OPTION,
        /** The command itself sets it for the services. */
        WEARON,
        DEFAULT
    }

    /** @param value null if there is none, or if it is secret */
    public record Setting(String name, String value, boolean secret, Source source, String defaultValue) {}

    /**
     * The most connections to PostgreSQL.
     *
     * @param pools those that serve requests, by service
     * @param migrations those with which the services migrate their schemas at the start, and keep
     */
    public record Connections(Map<String, Integer> pools, int migrations) {

        /** The most of the JDBC pool of a service (quarkus.datasource.jdbc.max-size). */
        private static final int FOR_MIGRATIONS = 2;

        private static Connections of(List<ServiceProgram> services, int defaultPool) {
            Map<String, Integer> pools = new TreeMap<>();
            services.forEach(service -> pools.put(
                    Layout.schema(service.name()),
                    Integer.valueOf(service.variables().getOrDefault(POOL_SIZE, Integer.toString(defaultPool)))));
            return new Connections(pools, FOR_MIGRATIONS * services.size());
        }

        public int getTotal() {
            return migrations
                    + pools.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    private static final Pattern SECRET =
            Pattern.compile("\\w+_(TOKEN|PASSWORD|SECRET|KEY)(_ID|_BEFORE)?|\\w+(?<!_PUBLIC)_KEYS");
    private static final String DATA = "WEARON_DATA";
    private static final String PORT_BASE = "WEARON_PORT_BASE";
    public static final String POOL_SIZE = "WEARON_DB_POOL_SIZE";
    /** What {@link #startedWith} has instead of a secret. */
    public static final String HIDDEN = "(secret)";

    private static final String NO_SECRET = "not read here";

    public static Settings of(Layout layout, Environment environment, Optional<RunFile> running)
            throws IOException, UserError {
        environment.check();
        // The values of secrets are never shown, so the files with the secrets need not exist.
        Secrets secrets = new Secrets(
                NO_SECRET,
                Layout.SERVICES.stream().collect(Collectors.toMap(Layout::schema, service -> NO_SECRET)),
                NO_SECRET,
                NO_SECRET);
        List<ServiceProgram> services = Suite.of(layout, secrets, environment).services();
        List<Setting> settings = new ArrayList<>();
        Map<String, String> defaults = ConfigurationPage.defaults(layout.root());
        defaults.forEach((name, byDefault) -> settings.add(setting(name, byDefault, layout, environment, services)));
        return new Settings(
                List.copyOf(settings),
                Connections.of(services, Integer.parseInt(defaults.get(POOL_SIZE))),
                running.map(run -> differences(run, services)).orElse(Set.of()));
    }

    /**
     * The variables with which the running suite was started, without those that only say where it is. A secret has the value
     * {@link #HIDDEN}. Empty on other systems than Linux.
     */
    public static Map<String, String> startedWith(RunFile running) {
        Map<String, String> variables =
                new TreeMap<>(Processes.variables(running.supervisorPid()).orElse(Map.of()));
        variables.keySet().removeAll(Set.of(DATA, PORT_BASE, "WEARON_BUILD", Environment.API_KEY));
        variables.replaceAll((name, value) -> SECRET.matcher(name).matches()
                        || !UrlText.withoutCredentials(value).equals(value)
                ? HIDDEN
                : value);
        return variables;
    }

    public String toJson() throws IOException {
        return PrivateFiles.JSON.writeValueAsString(this);
    }

    public boolean has(String name) {
        return settings.stream().anyMatch(setting -> setting.name().equals(name));
    }

    public Settings matching(String part) {
        return new Settings(
                settings.stream()
                        .filter(setting -> setting.name().contains(part.toUpperCase(Locale.ROOT)))
                        .toList(),
                connections,
                runningSuiteDiffers);
    }

    private static Setting setting(
            String name, String byDefault, Layout layout, Environment environment, List<ServiceProgram> services) {
        Optional<String> given = environment.value(name);
        Optional<String> set = ofServices(name, services);
        String shownDefault = byDefault.isEmpty() ? null : byDefault;
        if (name.equals(DATA) || name.equals(PORT_BASE)) {
            String value = name.equals(DATA) ? layout.data().toString() : Integer.toString(layout.portBase());
            String byItself =
                    name.equals(DATA) ? layout.root().resolve(byDefault).toString() : byDefault;
            Source source = given.filter(text -> value.equals(name.equals(DATA) ? absolute(text) : text))
                    .map(same -> Source.ENVIRONMENT)
                    .orElse(value.equals(byItself) ? Source.DEFAULT : Source.OPTION);
            return new Setting(name, value, false, source, shownDefault);
        }
        boolean secret = SECRET.matcher(name).matches();
        Source source = given.isPresent() ? Source.ENVIRONMENT : set.isPresent() ? Source.WEARON : Source.DEFAULT;
        String value = given.or(() -> set).orElse(shownDefault);
        return new Setting(
                name, secret || value == null ? null : UrlText.withoutCredentials(value), secret, source, shownDefault);
    }

    private static String absolute(String path) {
        return Path.of(path).toAbsolutePath().normalize().toString();
    }

    /** The value of the services; each with its name, if they have different ones. */
    private static Optional<String> ofServices(String name, List<ServiceProgram> services) {
        Map<String, List<String>> values = new TreeMap<>();
        for (ServiceProgram service : services) {
            String value = service.variables().get(name);
            if (value != null) {
                values.computeIfAbsent(value, unused -> new ArrayList<>()).add(Layout.schema(service.name()));
            }
        }
        if (values.size() < 2) {
            return values.keySet().stream().findFirst();
        }
        return Optional.of(values.entrySet().stream()
                .map(value -> value.getKey() + " (" + String.join(", ", value.getValue()) + ")")
                .collect(Collectors.joining(", ")));
    }

    private static Set<String> differences(RunFile run, List<ServiceProgram> services) {
        Set<String> differences = new TreeSet<>();
        for (ServiceProgram service : services) {
            run.services().stream()
                    .filter(running -> running.name().equals(service.name()))
                    .flatMap(running -> Processes.variables(running.pid()).stream())
                    .forEach(actual -> {
                        Set<String> names = new TreeSet<>(actual.keySet());
                        names.addAll(service.variables().keySet());
                        names.removeIf(name -> SECRET.matcher(name).matches()
                                || Objects.equals(
                                        actual.get(name), service.variables().get(name)));
                        differences.addAll(names);
                    });
        }
        return differences;
    }
}
