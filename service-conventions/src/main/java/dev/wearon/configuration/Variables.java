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

/** The names of the environment variables that the services read, all of them. Needs nothing but the JDK. */
public final class Variables {

    public static final String PREFIX = "WEARON_";

    private static final Set<String> KNOWN = read();

    /**
     * What Kubernetes tells every pod of a Service whose name begins with {@code wearon}; with {@code _PORT} alone, as a
     * variable of ours may end so, only where the value is an address.
     */
    private static final Pattern SERVICE_LINK = Pattern.compile(
            "\\w+_SERVICE_(HOST|PORT(_\\w+)?)=.*|\\w+_PORT(_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?=.*|=(tcp|udp|sctp)://.*)",
            Pattern.DOTALL);

    private Variables() {}

    /** In their order. */
    public static Set<String> known() {
        return KNOWN;
    }

    /** The variables of an environment that begin as ours do and are not, each with the name that it is nearest to. */
    public static Map<String, Optional<String>> unknown(Map<String, String> environment) {
        return unknown(environment, Set.of());
    }

    /** @param more names that are known as well */
    public static Map<String, Optional<String>> unknown(Map<String, String> environment, Set<String> more) {
        Set<String> all = new TreeSet<>(KNOWN);
        all.addAll(more);
        Map<String, Optional<String>> unknown = new TreeMap<>();
        environment.forEach((name, value) -> {
            boolean link = SERVICE_LINK.matcher(name + "=" + value).matches();
            if (name.startsWith(PREFIX) && !all.contains(name) && !link) {
                unknown.put(name, nearest(name, all));
            }
        });
        return unknown;
    }

    /** Empty when none is so near that it can have been meant. */
    private static Optional<String> nearest(String name, Set<String> known) {
        return known.stream()
                .collect(Collectors.toMap(candidate -> candidate, candidate -> distance(name, candidate)))
                .entrySet()
                .stream()
                .filter(candidate -> candidate.getValue() <= Math.max(2, (name.length() - PREFIX.length()) / 3))
                .min(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey);
    }

    /** Levenshtein's: how many letters have to be put in, taken out or replaced. */
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

    private static Set<String> read() {
        try (InputStream list = Variables.class.getResourceAsStream("variables.txt")) {
            Set<String> names = new String(list.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> line.startsWith(PREFIX))
                    .collect(Collectors.toCollection(TreeSet::new));
            return Collections.unmodifiableSet(names);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
