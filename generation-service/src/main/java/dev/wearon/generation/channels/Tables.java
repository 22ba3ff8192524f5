package dev.wearon.generation.channels;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a channel's tables are called. A statement that serves every channel is a template with these names in braces. All of
 * them are constants of our own code; what a client sends is a parameter of the statement, never a part of it.
 *
 * <p>The tables of every channel have the columns, indexes and triggers of {@code b2b}'s, but for its details, under names
 * of their own.
 */
public final class Tables {

    private static final Pattern NAME = Pattern.compile("\\{([a-z_]+)}");

    /** The statement that inserts a session has so many parameters in every channel; the details' follow them. */
    private static final int COMMON_VALUES = 12;

    private final String owner;
    private final List<String> details;
    private final Map<String, String> names;

    /** Filled once for each template in the code. */
    private final Map<String, String> statements = new ConcurrentHashMap<>();

    /**
     * @param sessions <code>{sessions}</code>: a row for each session
     * @param owner <code>{owner}</code>: the column of the owner's id in these tables, and its field in a permit
     * @param details <code>{details}</code>, <code>{detail_values}</code>: columns of text that only this channel's sessions
     *     have, written once with the row
     * @param keys <code>{keys}</code>: which session an Idempotency-Key stands for
     * @param mark <code>{mark}</code>: one row that says how far the ledger's charges have been compared with the sessions
     * @param claim <code>{claim}</code>: the function that takes the session whose turn it is in this channel
     */
    public Tables(String sessions, String owner, List<String> details, String keys, String mark, String claim) {
        this.owner = owner;
        this.details = List.copyOf(details);
        this.names = Map.of(
                "sessions", sessions,
                "owner", owner,
                "details", details.stream().map(", "::concat).collect(Collectors.joining()),
                "detail_values",
                        IntStream.rangeClosed(1, details.size())
                                .mapToObj(n -> ", $" + (COMMON_VALUES + n))
                                .collect(Collectors.joining()),
                "keys", keys,
                "mark", mark,
                "claim", claim);
    }

    public String owner() {
        return owner;
    }

    public List<String> details() {
        return details;
    }

    /** The statement that the template is in these tables. */
    public String fill(String template) {
        return statements.computeIfAbsent(template, this::replaceNames);
    }

    private String replaceNames(String template) {
        return NAME.matcher(template).replaceAll(found -> {
            String name = names.get(found.group(1));
            if (name == null) {
                throw new IllegalArgumentException("A channel has no " + found.group());
            }
            // A dollar sign would refer to a group.
            return Matcher.quoteReplacement(name);
        });
    }
}
