package dev.wearon.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What an expression of Prometheus asks: its selectors, and the labels by which it groups. Reads only what the rules and boards use. */
record PromQl(List<Selector> selectors, Set<String> groupedBy) {

    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without|on|ignoring)\\s*\\(([^)]*)\\)");
    private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][\\w:]*)\\s*(\\(|\\{([^}]*)\\})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
    private static final Set<String> OPERATORS = Set.of("and", "or", "unless");

    /** @param metric the name of a metric or of a recording rule */
    record Selector(String metric, List<Matcher> matchers) {

        boolean isRecorded() {
            return metric.contains(":");
        }

        boolean selects(Sample sample) {
            return sample.name().equals(metric)
                    && matchers.stream().allMatch(matcher -> matcher.accepts(sample.labels()));
        }
    }

    record Matcher(String label, String operator, String value) {

        private boolean accepts(Map<String, String> labels) {
            String found = labels.getOrDefault(label, "");
            return switch (operator) {
                case "=" -> found.equals(value);
                case "!=" -> !found.equals(value);
                case "=~" -> found.matches(value);
                default -> !found.matches(value);
            };
        }
    }

    /** A value of a scrape, with the labels of its target. */
    record Sample(String name, Map<String, String> labels, double value) {}

    static PromQl of(String expression) {
        Set<String> groupedBy = new TreeSet<>();
        String selecting = GROUPING.matcher(expression)
                .replaceAll(group -> {
                    groupedBy.addAll(List.of(group.group(1).strip().split("\\s*,\\s*")));
                    return " ";
                })
                .replaceAll("\\[[^\\]]*\\]", "")
                .replaceAll("\\boffset\\s+\\w+", "");
        List<Selector> selectors = new ArrayList<>();
        for (MatchResult found : SELECTOR.matcher(selecting).results().toList()) {
            boolean isFunction = "(".equals(found.group(2));
            if (!isFunction && !OPERATORS.contains(found.group(1))) {
                selectors.add(new Selector(found.group(1), matchers(found.group(3))));
            }
        }
        return new PromQl(List.copyOf(selectors), groupedBy);
    }

    private static List<Matcher> matchers(String text) {
        return text == null
                ? List.of()
                : MATCHER.matcher(text)
                        .results()
                        .map(one -> new Matcher(one.group(1), one.group(2), one.group(3)))
                        .toList();
    }
}
