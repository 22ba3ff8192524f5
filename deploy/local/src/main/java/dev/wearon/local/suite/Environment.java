package dev.wearon.local.suite;

import dev.wearon.configuration.Variables;
import dev.wearon.processes.PostgresAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
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

/**
 * The {@code WEARON_} variables of the caller: the settings of this command, and the settings that it passes to the services.
 * Translates former names, so that the rest of the suite and the services see only current ones.
 */
public final class Environment {

    static final String PREFIX = Variables.PREFIX;
    static final String ADMIN_TOKEN = "WEARON_ADMIN_TOKEN";
    static final String API_KEY = "WEARON_API_KEY";
    static final String DB_URL = "WEARON_DB_URL";

    /** Also of the services. */
    static final String DB_CA = "WEARON_DB_CA";

    static final String REDIS_URL = "WEARON_REDIS_URL";

    private static final String LIVENESS_TIMEOUT = "WEARON_LIVENESS_TIMEOUT";
    private static final String STARTUP_CACHE = "WEARON_STARTUP_CACHE";
    private static final String HTTP_HOST = "WEARON_HTTP_HOST";
    private static final String PUBLIC_URL = "WEARON_PUBLIC_URL";
    private static final String DEMO_PAGES = "WEARON_DEMO_PAGES";

    private static final Duration DEFAULT_LIVENESS_TIMEOUT = Duration.ofSeconds(30);
    /** One probe per second: a shorter interval would kill processes that are only slow. */
    private static final Duration MIN_LIVENESS_TIMEOUT = Duration.ofSeconds(HangDetector.PROBES);

    private static final Duration MAX_LIVENESS_TIMEOUT = Duration.ofHours(24);
    private static final String NEVER = "off";

    /** The supervisor calls the gateway at 127.0.0.1, so the gateway must listen there too. */
    private static final Set<String> HOSTS = Set.of("127.0.0.1", "localhost", "0.0.0.0", "::");

    private static final Pattern LOOPBACK_URL = Pattern.compile("https?://(localhost|127\\.0\\.0\\.1)(:\\d+)?(/.*)?");

    /** Variables that the services do not get. The administrator's database URL in particular must not reach them. */
    private static final Set<String> OWN = Stream.concat(
                    Stream.of(
                            "WEARON_DATA",
                            "WEARON_PORT_BASE",
                            "WEARON_BUILD",
                            API_KEY,
                            DB_URL,
                            REDIS_URL,
                            LIVENESS_TIMEOUT,
                            STARTUP_CACHE),
                    Layout.SERVICES.stream().map(Environment::heap))
            .collect(Collectors.toUnmodifiableSet());

    private static final Map<String, String> RENAMED = new TreeMap<>(Variables.renamed());

    static {
        RENAMED.put("WEARON_POSTGRES_URL", DB_URL);
        RENAMED.put("WEARON_HANGING_AFTER", LIVENESS_TIMEOUT);
    }

    private static final Pattern HEAP = Pattern.compile("([1-9]\\d{0,5})([mMgG])");
    private static final int MIN_HEAP_MB = 64;
    private static final int MAX_HEAP_MB = 64 * 1024;

    /** Each service needs its own value, so one value for all services is an error. */
    private static final List<String> PER_SERVICE = List.of(
            "WEARON_HTTP_PORT",
            "WEARON_MANAGEMENT_PORT",
            "WEARON_DB_USERNAME",
            "WEARON_DB_PASSWORD",
            "WEARON_IDENTITY_PRIVATE_KEY");

    private final Map<String, String> variables = new TreeMap<>();
    private final List<String> warnings = new ArrayList<>();

    public Environment(Map<String, String> environment) {
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !value.isBlank()) {
                variables.put(name, value);
            }
        });
        RENAMED.forEach(this::rename);
    }

    private void rename(String former, String current) {
        String value = variables.remove(former);
        if (value != null) {
            boolean ignored = variables.putIfAbsent(current, value) != null;
            warnings.add((ignored
                            ? "%s is ignored, because its new name %s is set too"
                            : "%s is deprecated; its new name is %s")
                    .formatted(former, current));
        }
    }

    /** One sentence for each variable that was set under its former name. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** These variables, and those of {@code others} that are not set here. */
    public Environment or(Map<String, String> others) {
        Map<String, String> all = new TreeMap<>(others);
        all.putAll(variables);
        return new Environment(all);
    }

    /** These variables, and those of {@code others}, which replace the ones that are set here. */
    Environment with(Map<String, String> others) {
        return new Environment(others).or(variables);
    }

    /** With the demo pages of the gateway, unless they are set here, or other machines may reach the gateway. */
    Environment withDemoPages() {
        return isForThisMachine() ? or(Map.of(DEMO_PAGES, "true")) : this;
    }

    /** With the demo pages of the gateway and the variables of a shop, which is for this machine only. */
    Environment withShop(Map<String, String> shop) throws UserError {
        if (!isForThisMachine()) {
            throw new UserError(
                    "The demo shop is only for this machine, but %s or %s opens the gateway to others."
                            .formatted(HTTP_HOST, PUBLIC_URL),
                    "unset them, or start the demo without --shop");
        }
        return with(shop).with(Map.of(DEMO_PAGES, "true"));
    }

    private boolean isForThisMachine() {
        return !variables.getOrDefault(HTTP_HOST, "localhost").matches("0\\.0\\.0\\.0|::")
                && LOOPBACK_URL
                        .matcher(variables.getOrDefault(PUBLIC_URL, "http://localhost"))
                        .matches();
    }

    /** Makes these the only {@code WEARON_} variables of a process that is to be started. */
    void putInto(Map<String, String> environment) {
        environment.keySet().removeIf(name -> name.startsWith(PREFIX));
        environment.putAll(variables);
    }

    /** The names of the variables that this command reads and does not pass to the services. */
    public static Set<String> own() {
        return OWN;
    }

    /** The current name of each renamed variable, of the command and of the services, by its former name. */
    public static Map<String, String> renamed() {
        return Collections.unmodifiableMap(RENAMED);
    }

    /** Refuses variables that do not exist: with a wrong name, a setting would have no effect. */
    public void requireKnownNames() throws UserError {
        Map<String, Optional<String>> unknown = Variables.unknown(variables, OWN);
        if (!unknown.isEmpty()) {
            throw UserError.usage(
                    unknown.entrySet().stream()
                            .map(variable -> variable.getKey() + " is not a variable of WearOn"
                                    + variable.getValue()
                                            .map(nearest -> "; did you mean " + nearest + "?")
                                            .orElse("."))
                            .collect(Collectors.joining("\n")),
                    "correct the name or unset the variable; docs/operations/configuration.md lists all variables");
        }
    }

    /** Refuses values with which the suite cannot run. */
    void check() throws UserError {
        for (String name : PER_SERVICE) {
            if (variables.containsKey(name)) {
                throw new UserError(
                        name + " is set, but each service of a suite needs its own value.",
                        "unset " + name + "; choose the ports with --port-base, and the database with " + DB_URL);
            }
        }
        String host = variables.getOrDefault(HTTP_HOST, "127.0.0.1");
        if (!HOSTS.contains(host)) {
            throw new UserError(
                    HTTP_HOST + " cannot be used here: " + host,
                    "set it to 0.0.0.0 to open the gateway on all addresses of this machine, and restrict them with a"
                            + " firewall");
        }
        postgres();
        redis();
        livenessTimeout();
        usesStartupCaches();
        for (String service : Layout.SERVICES) {
            heapMb(service);
        }
    }

    /** Whether the services start with startup caches, which are recorded if they are missing. */
    boolean usesStartupCaches() throws UserError {
        String value = variables.get(STARTUP_CACHE);
        if (value != null && !value.equals(NEVER)) {
            throw new UserError(
                    STARTUP_CACHE + " cannot be used: " + value,
                    "set it to " + NEVER + " to start the services without startup caches, or unset it");
        }
        return value == null;
    }

    /** The supervisor kills a process that has not answered for this time; empty: it never does. */
    Optional<Duration> livenessTimeout() throws UserError {
        String value = variables.getOrDefault(LIVENESS_TIMEOUT, DEFAULT_LIVENESS_TIMEOUT.toSeconds() + "s");
        if (value.equals(NEVER)) {
            return Optional.empty();
        }
        Duration timeout = value.matches("\\d{1,6}[smh]") ? Duration.parse("PT" + value) : Duration.ZERO;
        if (timeout.compareTo(MIN_LIVENESS_TIMEOUT) < 0 || timeout.compareTo(MAX_LIVENESS_TIMEOUT) > 0) {
            throw new UserError(
                    LIVENESS_TIMEOUT + " cannot be used: " + value,
                    "set it to a time like 30s or 2m, from %d s to %d h, or to %s"
                            .formatted(MIN_LIVENESS_TIMEOUT.toSeconds(), MAX_LIVENESS_TIMEOUT.toHours(), NEVER));
        }
        return Optional.of(timeout);
    }

    /** The maximum Java heap of a service; empty: the suite's default. */
    OptionalInt heapMb(String service) throws UserError {
        String text = variables.get(heap(service));
        if (text == null) {
            return OptionalInt.empty();
        }
        Matcher size = HEAP.matcher(text);
        int megabytes = !size.matches()
                ? 0
                : Integer.parseInt(size.group(1)) * (size.group(2).equalsIgnoreCase("g") ? 1024 : 1);
        if (megabytes < MIN_HEAP_MB || megabytes > MAX_HEAP_MB) {
            throw new UserError(
                    "%s is %s; it must be a size from %dm to %dg."
                            .formatted(heap(service), text, MIN_HEAP_MB, MAX_HEAP_MB / 1024),
                    "set it to a size like 256m or 2g, or unset it");
        }
        return OptionalInt.of(megabytes);
    }

    private static String heap(String service) {
        return "WEARON_HEAP_" + Layout.schema(service).toUpperCase(Locale.ROOT);
    }

    /** The existing PostgreSQL server, with its administrator; empty: the suite starts a server. */
    public Optional<PostgresAddress> postgres() throws UserError {
        String url = variables.get(DB_URL);
        try {
            return Optional.ofNullable(url).map(PostgresAddress::parse).map(this::verified);
        } catch (IllegalArgumentException malformed) {
            // The exception's message may quote the URL, which contains a password.
            throw new UserError(
                    DB_URL + " is not the URL of a database with its administrator.",
                    "set it to postgresql://user:password@host:port/database (special characters %-encoded)");
        }
    }

    private PostgresAddress verified(PostgresAddress address) {
        String ca = variables.get(DB_CA);
        return ca == null || ca.isBlank()
                ? address
                : address.verifiedBy(Path.of(ca.strip()).toAbsolutePath());
    }

    /** The existing Redis server; empty: the suite starts a server. */
    Optional<String> redis() throws UserError {
        String url = variables.get(REDIS_URL);
        if (url != null && !isRedis(url)) {
            throw new UserError(
                    REDIS_URL + " is not the URL of a Redis server.",
                    "set it to redis://host:port or redis://:password@host:port (special characters %-encoded)");
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

    /** The first token of {@code WEARON_ADMIN_TOKEN}, which may contain several. */
    public Optional<String> adminToken() {
        return Stream.of(variables.getOrDefault(ADMIN_TOKEN, "").split(","))
                .map(String::strip)
                .filter(token -> !token.isEmpty())
                .findFirst();
    }

    /** The value of a variable, by its current name. */
    public Optional<String> value(String name) {
        return Optional.ofNullable(variables.get(name));
    }

    /** The API key of the store for the commands that read as a store. */
    public Optional<String> apiKey() {
        return Optional.ofNullable(variables.get(API_KEY)).map(String::strip);
    }

    /** The variables that every service gets; they override the suite's own settings. */
    public Map<String, String> forServices() {
        Map<String, String> passed = new TreeMap<>(variables);
        passed.keySet().removeAll(OWN);
        return passed;
    }
}
