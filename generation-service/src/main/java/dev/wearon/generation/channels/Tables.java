package dev.wearon.generation.channels;

import io.vertx.mutiny.sqlclient.Row;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The names of a channel's tables. A statement for all channels is a template with these names in braces. The names are
 * constants of this code. Client input is always a parameter of the statement.
 *
 * <p>The tables of every channel have the same columns, indexes and triggers as those of {@code b2b}, except for the details.
 */
public final class Tables {

    private static final Pattern NAME = Pattern.compile("\\{([a-z_]+)}");

    private final String owner;
    private final List<String> details;
    private final Map<String, String> names;

    /** Filled templates. The number of templates is fixed in the code. */
    private final Map<String, String> statements = new ConcurrentHashMap<>();

    /**
     * @param sessions <code>{sessions}</code>: one row for each session
     * @param owner <code>{owner}</code>: the column of the owner's id in these tables, and its field in a permit
     * @param details <code>{details}</code>: columns that only this channel's sessions have; the INSERT writes them as
     *     texts
     * @param keys <code>{keys}</code>: the session of each Idempotency-Key
     * @param events <code>{events}</code>: what happened to the sessions
     * @param totals <code>{totals}</code>: the sums of deleted sessions, a row for each owner and day
     * @param usage <code>{usage}</code>: what the ended sessions used, by owner and hour
     * @param mark <code>{mark}</code>: one row with two times: up to which the reconciler has compared charges with sessions, and
     * since when all sessions are stored
     * @param turns <code>{turns}</code>: the owners that wait for a turn, and their last one
     * @param claim <code>{claim}</code>: the function that claims the session whose turn it is
     */
    public Tables(
            String sessions,
            String owner,
            List<String> details,
            String keys,
            String events,
            String totals,
            String usage,
            String mark,
            String turns,
            String claim) {
        this.owner = owner;
        this.details = List.copyOf(details);
        this.names = Map.of(
                "sessions", sessions,
                "owner", owner,
                "details", details.stream().map(", "::concat).collect(Collectors.joining()),
                "keys", keys,
                "events", events,
                "totals", totals,
                "usage", usage,
                "mark", mark,
                "turns", turns,
                "claim", claim);
    }

    public String owner() {
        return owner;
    }

    public List<String> details() {
        return details;
    }

    /** The values of the details in a row that has their columns; without those that are null. */
    public Map<String, String> details(Row row) {
        return details.stream()
                .filter(column -> row.getValue(column) != null)
                .collect(Collectors.toMap(
                        column -> column, column -> row.getValue(column).toString()));
    }

    /** Fills in the names of this channel's tables. */
    public String fill(String template) {
        return statements.computeIfAbsent(template, this::replaceNames);
    }

    private String replaceNames(String template) {
        return NAME.matcher(template).replaceAll(found -> {
            String name = names.get(found.group(1));
            if (name == null) {
                throw new IllegalArgumentException("Unknown name in an SQL template: " + found.group());
            }
            // Quotes the name, because a dollar sign refers to a group of the pattern.
            return Matcher.quoteReplacement(name);
        });
    }
}
