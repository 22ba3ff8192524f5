package dev.wearon.local.suite;

import dev.wearon.configuration.Variables;
import dev.wearon.processes.PostgresAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The caller's {@code WEARON_} variables: which servers to use, and what the services are to be told. */
public final class Environment {

    static final String PREFIX = Variables.PREFIX;
    static final String ADMIN_TOKEN = "WEARON_ADMIN_TOKEN";

    private static final String POSTGRES_URL = "WEARON_POSTGRES_URL";
    private static final String REDIS_URL = "WEARON_REDIS_URL";
    private static final String HANGING_AFTER = "WEARON_HANGING_AFTER";
    private static final String HTTP_HOST = "WEARON_HTTP_HOST";

    private static final Duration USUAL_HANGING_AFTER = Duration.ofSeconds(30);
    /** A look each second: a process that is only slow must not be taken for one that hangs. */
    private static final Duration SHORTEST_HANGING_AFTER = Duration.ofSeconds(Silence.LOOKS);

    private static final Duration LONGEST_HANGING_AFTER = Duration.ofHours(24);
    private static final String NEVER = "off";

    /** The supervisor itself asks the gateway at 127.0.0.1. */
    private static final Set<String> HOSTS = Set.of("127.0.0.1", "localhost", "0.0.0.0", "::");

    /** For this command itself; the superuser's URL in particular is none of the services' business. */
    private static final Set<String> OWN = Stream.concat(
                    Stream.of(
                            "WEARON_DATA", "WEARON_PORT_BASE", "WEARON_BUILD", POSTGRES_URL, REDIS_URL, HANGING_AFTER),
                    Layout.SERVICES.stream().map(Environment::heap))
            .collect(Collectors.toUnmodifiableSet());

    private static final Pattern HEAP = Pattern.compile("([1-9]\\d{0,5})([mMgG])");
    private static final int LEAST_HEAP_MB = 64;
    private static final int MOST_HEAP_MB = 64 * 1024;

    /** Different for each service, so one value for all of them can only be a mistake. */
    private static final List<String> PER_SERVICE = List.of(
            "WEARON_HTTP_PORT",
            "WEARON_MANAGEMENT_PORT",
            "WEARON_DB_URL",
            "WEARON_DB_USERNAME",
            "WEARON_DB_PASSWORD",
            "WEARON_IDENTITY_PRIVATE_KEY");

    private final Map<String, String> variables = new TreeMap<>();

    public Environment(Map<String, String> environment) {
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !value.isBlank()) {
                variables.put(name, value);
            }
        });
    }

    /** Makes these the only {@code WEARON_} variables of a process that is to be started. */
    void putInto(Map<String, String> environment) {
        environment.keySet().removeIf(name -> name.startsWith(PREFIX));
        environment.putAll(variables);
    }

    /** The names of the variables that only this command reads. */
    public static Set<String> own() {
        return OWN;
    }

    /** Refuses variables that nobody reads: what they were to change would silently stay as it is. */
    public void requireKnownNames() throws UserError {
        Map<String, Optional<String>> unknown = Variables.unknown(variables, OWN);
        if (!unknown.isEmpty()) {
            throw UserError.notUnderstood(
                    unknown.entrySet().stream()
                            .map(variable -> variable.getKey() + " is not a variable of WearOn"
                                    + variable.getValue()
                                            .map(nearest -> "; did you mean " + nearest + "?")
                                            .orElse("."))
                            .collect(Collectors.joining("\n")),
                    "correct the name or unset the variable; docs/operations.md lists all there are");
        }
    }

    /** Refuses what no suite can run with. */
    void check() throws UserError {
        for (String name : PER_SERVICE) {
            if (variables.containsKey(name)) {
                throw new UserError(
                        name + " is set, but each service of a suite needs its own.",
                        "unset " + name + "; ports are chosen with --port-base, the database with " + POSTGRES_URL);
            }
        }
        String host = variables.getOrDefault(HTTP_HOST, "127.0.0.1");
        if (!HOSTS.contains(host)) {
            throw new UserError(
                    HTTP_HOST + " cannot be used here: " + host,
                    "0.0.0.0 opens the gateway on every address of this machine; a firewall says which may be reached");
        }
        postgres();
        redis();
        hangingAfter();
        for (String service : Layout.SERVICES) {
            heapMb(service);
        }
    }

    /** For how long a process may leave its supervisor without an answer; empty: for ever. */
    Optional<Duration> hangingAfter() throws UserError {
        String value = variables.getOrDefault(HANGING_AFTER, USUAL_HANGING_AFTER.toSeconds() + "s");
        if (value.equals(NEVER)) {
            return Optional.empty();
        }
        Duration after = value.matches("\\d{1,6}[smh]") ? Duration.parse("PT" + value) : Duration.ZERO;
        if (after.compareTo(SHORTEST_HANGING_AFTER) < 0 || after.compareTo(LONGEST_HANGING_AFTER) > 0) {
            throw new UserError(
                    HANGING_AFTER + " cannot be used: " + value,
                    "give a time like 30s or 2m, from %d s to %d h, or %s for never"
                            .formatted(SHORTEST_HANGING_AFTER.toSeconds(), LONGEST_HANGING_AFTER.toHours(), NEVER));
        }
        return Optional.of(after);
    }

    /** How large the Java heap of a service may become; empty when the suite is to choose. */
    OptionalInt heapMb(String service) throws UserError {
        String text = variables.get(heap(service));
        if (text == null) {
            return OptionalInt.empty();
        }
        Matcher size = HEAP.matcher(text);
        int megabytes = !size.matches()
                ? 0
                : Integer.parseInt(size.group(1)) * (size.group(2).equalsIgnoreCase("g") ? 1024 : 1);
        if (megabytes < LEAST_HEAP_MB || megabytes > MOST_HEAP_MB) {
            throw new UserError(
                    "%s is %s; it must be a size from %dm to %dg."
                            .formatted(heap(service), text, LEAST_HEAP_MB, MOST_HEAP_MB / 1024),
                    "give it as 256m or 2g, or unset it");
        }
        return OptionalInt.of(megabytes);
    }

    private static String heap(String service) {
        return "WEARON_HEAP_" + Layout.schema(service).toUpperCase(Locale.ROOT);
    }

    /** An existing PostgreSQL, as somebody who may create roles, and the database or owns it. */
    Optional<PostgresAddress> postgres() throws UserError {
        String url = variables.get(POSTGRES_URL);
        try {
            return Optional.ofNullable(url).map(PostgresAddress::parse);
        } catch (IllegalArgumentException malformed) {
            // The message of the exception may quote the URL, and the URL holds a password.
            throw new UserError(
                    POSTGRES_URL + " cannot be read.",
                    "give it as postgresql://user:password@host:port/database (special characters %-encoded)");
        }
    }

    /** An existing Redis; null-free: empty when the suite is to start its own. */
    Optional<String> redis() throws UserError {
        String url = variables.get(REDIS_URL);
        if (url != null && !isRedis(url)) {
            throw new UserError(
                    REDIS_URL + " cannot be read.",
                    "give it as redis://host:port or redis://:password@host:port (special characters %-encoded)");
        }
        return Optional.ofNullable(url);
    }

    private static boolean isRedis(String url) {
        try {
            return url.matches("rediss?://.+") && URI.create(url).getHost() != null;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    /** The first one, where several are given. */
    public Optional<String> adminToken() {
        return Stream.of(variables.getOrDefault(ADMIN_TOKEN, "").split(","))
                .map(String::strip)
                .filter(token -> !token.isEmpty())
                .findFirst();
    }

    /** What every service is told, over whatever the suite would tell it. */
    Map<String, String> forServices() {
        Map<String, String> told = new TreeMap<>(variables);
        told.keySet().removeAll(OWN);
        return told;
    }
}
