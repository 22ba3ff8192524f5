package dev.wearon.gateway.orders;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * All that is known about an order. Facts only grow: each part is a maximum, a minimum or a union of what was said. So neither the
 * order nor the number of messages matters, and a late message that has an old state takes nothing back.
 *
 * @param paid it was paid in full at some time
 * @param cancelled for ever
 * @param currency of the shop; null until an order was seen
 * @param complete a message with all lines of the order was seen
 * @param lines of the store's product, by id
 * @param refunded how many of a line a refund has, by {@code refund/line}
 * @param moneyRefunds the refunds of money alone
 */
record OrderFacts(
        boolean paid,
        boolean cancelled,
        boolean test,
        String currency,
        boolean complete,
        SortedMap<String, Line> lines,
        SortedMap<String, Integer> refunded,
        SortedSet<String> moneyRefunds) {

    static final OrderFacts NONE =
            new OrderFacts(false, false, false, null, false, new TreeMap<>(), new TreeMap<>(), new TreeSet<>());

    /**
     * @param ordered the least quantity that was seen: what is more was added by an edit
     * @param most the greatest quantity that was seen
     * @param gone the most that were seen to be removed or refunded
     * @param net the price of {@code ordered}
     */
    record Line(int ordered, int most, int gone, BigDecimal net) {

        private static Line of(OrderSnapshot.Line line) {
            return new Line(
                    line.quantity(), line.quantity(), Math.max(0, line.quantity() - line.current()), line.net());
        }

        private Line and(Line other) {
            boolean first = ordered != other.ordered ? ordered < other.ordered : net.compareTo(other.net) <= 0;
            return new Line(
                    Math.min(ordered, other.ordered),
                    Math.max(most, other.most),
                    Math.max(gone, other.gone),
                    first ? net : other.net);
        }

        /** It was not in the order at first. */
        private Line added() {
            return new Line(0, most, gone, BigDecimal.ZERO);
        }
    }

    /**
     * The facts with those of a message.
     *
     * @param productId the product of the store
     */
    OrderFacts with(OrderSnapshot message, String productId) {
        SortedMap<String, OrderSnapshot.Line> ours = message.lines().stream()
                .filter(line -> lines.containsKey(line.id())
                        || line.productId().map(productId::equals).orElse(false))
                .collect(Collectors.toMap(OrderSnapshot.Line::id, line -> line, (one, other) -> one, TreeMap::new));
        // A state from before an edit that added the first line of ours. It says nothing about this line.
        OrderSnapshot.Head head = message.head().orElse(null);
        boolean shown = head != null && !ours.isEmpty();
        return new OrderFacts(
                paid || shown && head.paid(),
                cancelled || head != null && head.cancelled(),
                test || head != null && head.test(),
                head == null || currency != null ? currency : head.currency(),
                complete || shown && head.allLines(),
                lines(ours, shown && head.allLines()),
                refunded(message, ours, productId),
                moneyRefunds(message));
    }

    private SortedMap<String, Line> lines(SortedMap<String, OrderSnapshot.Line> ours, boolean all) {
        SortedMap<String, Line> merged = new TreeMap<>(lines);
        ours.forEach((id, seen) -> {
            Line line = Line.of(seen);
            merged.merge(id, complete ? line.added() : line, (known, same) -> known.and(line));
        });
        if (all) {
            merged.replaceAll((id, line) -> ours.containsKey(id) ? line : line.added());
        }
        return merged;
    }

    private SortedMap<String, Integer> refunded(
            OrderSnapshot message, SortedMap<String, OrderSnapshot.Line> ours, String productId) {
        SortedMap<String, Integer> merged = new TreeMap<>(refunded);
        for (OrderSnapshot.Refund refund : message.refunds()) {
            refund.lines().stream()
                    .filter(line -> line.productId().map(productId::equals).orElse(false)
                            || ours.containsKey(line.lineId())
                            || lines.containsKey(line.lineId()))
                    // One refund may have a line twice, to return it to two places.
                    .collect(Collectors.groupingBy(
                            OrderSnapshot.RefundLine::lineId,
                            Collectors.summingInt(OrderSnapshot.RefundLine::quantity)))
                    .forEach((line, quantity) -> merged.merge(refund.id() + "/" + line, quantity, Math::max));
        }
        return merged;
    }

    private SortedSet<String> moneyRefunds(OrderSnapshot message) {
        SortedSet<String> merged = new TreeSet<>(moneyRefunds);
        message.refunds().stream()
                .filter(refund -> refund.lines().isEmpty())
                .map(OrderSnapshot.Refund::id)
                .forEach(merged::add);
        return merged;
    }

    /**
     * How many of the ordered are neither removed nor refunded. Never grows. A refund is counted once, although it also lowers the
     * quantity of the order; so is an edit that makes a refund without money.
     */
    @JsonIgnore
    int remaining() {
        return cancelled
                ? 0
                : lines.entrySet().stream().mapToInt(this::remaining).sum();
    }

    /** What the shopper paid for {@link #remaining}, net of discounts. */
    @JsonIgnore
    BigDecimal worth() {
        return lines.entrySet().stream()
                .filter(line -> line.getValue().ordered() > 0)
                .map(line -> line.getValue()
                        .net()
                        .multiply(BigDecimal.valueOf(remaining(line)))
                        .divide(BigDecimal.valueOf(line.getValue().ordered()), 2, RoundingMode.HALF_UP))
                .reduce(BigDecimal.ZERO.setScale(2), BigDecimal::add);
    }

    @JsonIgnore
    int ordered() {
        return lines.values().stream().mapToInt(Line::ordered).sum();
    }

    /** What edits have added. It is shown to the operator and never granted. */
    @JsonIgnore
    int added() {
        return lines.values().stream()
                .mapToInt(line -> line.most() - line.ordered())
                .sum();
    }

    private int remaining(Map.Entry<String, Line> line) {
        int refunds = refunded.entrySet().stream()
                .filter(refund ->
                        Objects.equals(refund.getKey().substring(refund.getKey().indexOf('/') + 1), line.getKey()))
                .mapToInt(Map.Entry::getValue)
                .sum();
        return Math.max(0, line.getValue().ordered() - Math.max(line.getValue().gone(), refunds));
    }
}
