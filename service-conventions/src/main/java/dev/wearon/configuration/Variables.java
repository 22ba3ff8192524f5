package dev.wearon.configuration;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The names of all environment variables that the services read. Uses only the JDK, so that the command {@code wearon} can use it. */
public final class Variables {

    public static final String PREFIX = "WEARON_";

    private static final String FORMERLY = " formerly ";
    private static final Set<String> KNOWN = new TreeSet<>();
    private static final Map<String, String> RENAMED = new TreeMap<>();

    static {
        read();
    }

    /**
     * The variables that Kubernetes adds to every pod for a Service whose name begins with {@code wearon}. Our variables may
     * end with {@code _PORT} as well, so such a name counts only if its value is an address.
     */
    private static final Pattern SERVICE_LINK = Pattern.compile(
            "\\w+_SERVICE_(HOST|PORT(_\\w+)?)=.*|\\w+_PORT(_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?=.*|=(tcp|udp|sctp)://.*)",
            Pattern.DOTALL);

    private Variables() {}

    /** The current names, sorted. */
    public static Set<String> known() {
        return Collections.unmodifiableSet(KNOWN);
    }

    /** The current name of each variable that was renamed, by its former name. */
    public static Map<String, String> renamed() {
        return Collections.unmodifiableMap(RENAMED);
    }

    /** The variables with our prefix that no service reads, each with the most similar name that exists. */
    public static Map<String, Optional<String>> unknown(Map<String, String> environment) {
        return unknown(environment, Set.of());
    }

    /** @param more further names that exist */
    public static Map<String, Optional<String>> unknown(Map<String, String> environment, Set<String> more) {
        Set<String> all = new TreeSet<>(KNOWN);
        all.addAll(more);
        Map<String, Optional<String>> unknown = new TreeMap<>();
        environment.forEach((name, value) -> {
            boolean exists = all.contains(name) || RENAMED.containsKey(name);
            boolean link = SERVICE_LINK.matcher(name + "=" + value).matches();
            if (name.startsWith(PREFIX) && !exists && !link) {
                unknown.put(name, nearest(name, all));
            }
        });
        return unknown;
    }

    /** The name that was probably meant; empty if no name is similar enough. */
    private static Optional<String> nearest(String name, Set<String> known) {
        return known.stream()
                .collect(Collectors.toMap(candidate -> candidate, candidate -> distance(name, candidate)))
                .entrySet()
                .stream()
                .filter(candidate -> candidate.getValue() <= Math.max(2, (name.length() - PREFIX.length()) / 3))
                .min(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey);
    }

    /** The Levenshtein distance: how many letters must be inserted, deleted or replaced. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int column = 0; column <= other.length(); column++) {
            row[column] = column;
        }
        for (int line = 1; line <= one.length(); line++) {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column <= other.length(); column++) {
                int replaced = diagonal + (one.charAt(line - 1) == other.charAt(column - 1) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(replaced, Math.min(row[column], row[column - 1]) + 1);
            }
        }
        return row[other.length()];
    }

    private static void read() {
        try (InputStream list = Variables.class.getResourceAsStream("variables.txt")) {
            new String(list.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> line.startsWith(PREFIX))
                    .map(line -> line.split(FORMERLY))
                    .forEach(names -> {
                        KNOWN.add(names[0]);
                        if (names.length > 1) {
                            RENAMED.put(names[1], names[0]);
                        }
                    });
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
