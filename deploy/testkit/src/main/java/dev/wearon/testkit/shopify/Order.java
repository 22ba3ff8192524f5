package dev.wearon.testkit.shopify;

import dev.wearon.testkit.shopify.Deliveries.Webhook;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * An order with its history: created, authorized or paid, edited, refunded, cancelled. Each act gives the webhooks that Shopify
 * sends for it, with the order as it is at that moment; {@link #webhooks} are all of them, for a test that sends them in another
 * order, twice, or not at all. What Shopify would refuse is an {@link IllegalStateException}. There are no taxes and no shipping.
 *
 * <p>All webhooks of one act have the same event id. How Shopify shares it among topics is not documented in full.
 */
public final class Order {

    /** In capitals as in GraphQL, in small letters in webhooks. */
    public enum FinancialStatus {
        PENDING,
        AUTHORIZED,
        PARTIALLY_PAID,
        PAID,
        PARTIALLY_REFUNDED,
        REFUNDED,
        VOIDED;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Counted as Shopify does: quantities that were removed or refunded stay in {@code quantity}. */
    public static final class Line {

        final long id = Shop.newId();
        final Cart.Item item;
        final int ordered;
        final BigDecimal discount;
        private final int decimals;
        int quantity;
        int current;

        private Line(Cart.Item item, int quantity, BigDecimal discount, int decimals) {
            this.decimals = decimals;
            this.item = item;
            this.ordered = quantity;
            this.quantity = quantity;
            this.current = quantity;
            this.discount = discount;
        }

        public long id() {
            return id;
        }

        public Cart.Item item() {
            return item;
        }

        /** Ordered, and added by edits. */
        public int quantity() {
            return quantity;
        }

        /** What is left after edits and refunds. */
        public int currentQuantity() {
            return current;
        }

        /** The price of so many pieces, after the discount of those that were ordered. */
        BigDecimal worth(int pieces) {
            BigDecimal off = discount.multiply(BigDecimal.valueOf(Math.min(pieces, ordered)))
                    .divide(BigDecimal.valueOf(ordered), decimals, RoundingMode.HALF_UP);
            return item.price().multiply(BigDecimal.valueOf(pieces)).subtract(off);
        }
    }

    /** @param subtotal what the pieces were worth */
    record Returned(long id, Line line, int quantity, BigDecimal subtotal, String restockType) {}

    /**
     * @param money paid back
     * @param adjustment by how much the pieces were worth more than the money (less: negative)
     */
    record Refund(long id, Instant at, List<Returned> lines, BigDecimal money, BigDecimal adjustment) {}

    /** Above 2^53. */
    public final long id = Shop.newId();

    final Shop shop;
    final String name;
    final String token = UUID.randomUUID().toString().replace("-", "");
    final Cart cart;
    final Money money;
    final List<Line> lines = new ArrayList<>();
    final List<Refund> refunds = new ArrayList<>();
    final Instant createdAt;
    private final List<Webhook> webhooks = new ArrayList<>();
    Customer customer;
    String email;
    Instant updatedAt;
    Instant cancelledAt;
    String cancelReason;
    boolean edited;
    private boolean authorized;
    private boolean voided;
    private BigDecimal captured = BigDecimal.ZERO;

    Order(Shop shop, int number, Cart cart) {
        this.shop = shop;
        this.name = "#" + number;
        this.cart = cart;
        customer = cart.customer;
        email = cart.email;
        createdAt = shop.now();
        String presentment = cart.presentmentCurrency == null ? shop.currency() : cart.presentmentCurrency;
        money = new Money(shop.currency(), presentment, cart.rate);
        List<BigDecimal> discounts = discounts();
        for (int i = 0; i < cart.entries.size(); i++) {
            lines.add(new Line(
                    cart.entries.get(i).item(), cart.entries.get(i).quantity(), discounts.get(i), money.decimals()));
        }
        if (cart.paid) {
            captured = total();
        }
        record(new Act().order("orders/create"));
    }

    /** By the worth of each line; cents that are left go to the first lines. */
    private List<BigDecimal> discounts() {
        List<BigDecimal> full = cart.entries.stream()
                .map(entry -> entry.item().price().multiply(BigDecimal.valueOf(entry.quantity())))
                .toList();
        BigDecimal sum = full.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal off = cart.discount.min(sum);
        BigDecimal cent = BigDecimal.ONE.movePointLeft(money.decimals());
        List<BigDecimal> parts = new ArrayList<>();
        for (BigDecimal one : full) {
            parts.add(
                    off.signum() == 0
                            ? BigDecimal.ZERO
                            : off.multiply(one).divide(sum, cent.scale(), RoundingMode.DOWN));
        }
        BigDecimal left = off.subtract(parts.stream().reduce(BigDecimal.ZERO, BigDecimal::add));
        for (int i = 0; left.signum() > 0; i++, left = left.subtract(cent)) {
            parts.set(i, parts.get(i).add(cent));
        }
        return parts;
    }

    /** {@code #1001}. */
    public String name() {
        return name;
    }

    public synchronized boolean isCancelled() {
        return cancelledAt != null;
    }

    /** The secret of the order's own pages. */
    public String token() {
        return token;
    }

    public synchronized List<Line> lines() {
        return List.copyOf(lines);
    }

    /** The line of an order that has one. */
    public Line line() {
        if (lines.size() != 1) {
            throw new IllegalStateException("There are %d lines".formatted(lines.size()));
        }
        return lines.getFirst();
    }

    /** Null for a guest. */
    public synchronized Customer customer() {
        return customer;
    }

    /** All webhooks so far, the oldest first. */
    public synchronized List<Webhook> webhooks() {
        return List.copyOf(webhooks);
    }

    /** The last one of a topic. */
    public synchronized Webhook webhook(String topic) {
        return webhooks.reversed().stream()
                .filter(one -> one.topic().equals(topic))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No webhook " + topic));
    }

    public synchronized FinancialStatus financialStatus() {
        BigDecimal back = refunded();
        if (voided) {
            return FinancialStatus.VOIDED;
        } else if (back.signum() > 0) {
            return back.compareTo(captured) < 0 ? FinancialStatus.PARTIALLY_REFUNDED : FinancialStatus.REFUNDED;
        } else if (captured.signum() > 0) {
            return outstanding().signum() > 0 ? FinancialStatus.PARTIALLY_PAID : FinancialStatus.PAID;
        } else if (total().signum() == 0 && outstanding().signum() == 0) {
            // Nothing to pay. That such an order arrives as paid is not documented.
            return FinancialStatus.PAID;
        }
        return authorized ? FinancialStatus.AUTHORIZED : FinancialStatus.PENDING;
    }

    /** The payment is promised; it is captured by {@link #pay}. */
    public synchronized List<Webhook> authorize() {
        require(financialStatus() == FinancialStatus.PENDING && cancelledAt == null);
        authorized = true;
        return record(new Act().updated());
    }

    /** All that is outstanding; after an edit also the rest. */
    public synchronized List<Webhook> pay() {
        require(cancelledAt == null && outstanding().signum() > 0);
        captured = captured.add(outstanding());
        return record(new Act().order("orders/paid").updated());
    }

    public synchronized List<Webhook> payPart(BigDecimal amount) {
        require(cancelledAt == null && amount.signum() > 0 && amount.compareTo(outstanding()) < 0);
        captured = captured.add(amount);
        return record(new Act().updated());
    }

    /** The order gets a customer, or another one. */
    public synchronized List<Webhook> assign(Customer buyer) {
        customer = buyer;
        email = email == null ? buyer.email() : email;
        return record(new Act().updated());
    }

    /** The merchant changes the e-mail address of the order. */
    public synchronized List<Webhook> changeEmail(String address) {
        email = address;
        return record(new Act().updated());
    }

    /**
     * An edit that leaves {@code quantity} pieces of a line. Fewer than before: there is a refund without money too, with a
     * webhook of its own.
     */
    public synchronized List<Webhook> edit(Line line, int quantity) {
        return edit(line, quantity, true);
    }

    /** @param refunds whether Shopify makes a refund when pieces are removed; it does not always */
    public synchronized List<Webhook> edit(Line line, int quantity, boolean refunds) {
        int delta = quantity - line.current;
        require(cancelledAt == null && quantity >= 0 && delta != 0 && lines.contains(line));
        edited = true;
        Act act = new Act();
        if (delta < 0 && refunds) {
            act.refund(Map.of(line, -delta), BigDecimal.ZERO, "no_restock", false);
        } else {
            line.current += delta;
            line.quantity += Math.max(0, delta);
        }
        return record(act.edited(line, delta).updated());
    }

    /** An edit that adds a line. */
    public synchronized List<Webhook> add(Cart.Item item, int quantity) {
        require(cancelledAt == null);
        edited = true;
        Line line = new Line(item, quantity, BigDecimal.ZERO, money.decimals());
        lines.add(line);
        return record(new Act().edited(line, quantity).updated());
    }

    /** Pieces come back, and the money for them. */
    public List<Webhook> refund(Line line, int quantity) {
        return refund(Map.of(line, quantity));
    }

    /** As {@link #refund(Line, int)}, of several lines. */
    public synchronized List<Webhook> refund(Map<Line, Integer> pieces) {
        BigDecimal worth = BigDecimal.ZERO;
        for (Map.Entry<Line, Integer> one : pieces.entrySet()) {
            Line line = one.getKey();
            worth = worth.add(line.worth(line.current)).subtract(line.worth(line.current - one.getValue()));
        }
        return refund(pieces, worth);
    }

    /** Money without pieces. */
    public List<Webhook> refundMoney(BigDecimal amount) {
        return refund(Map.of(), amount);
    }

    /**
     * @param pieces what comes back of which lines; may be empty
     * @param amount paid back, 0 too; an adjustment says by how much it differs from what the pieces are worth
     */
    public synchronized List<Webhook> refund(Map<Line, Integer> pieces, BigDecimal amount) {
        require(amount.signum() >= 0 && amount.compareTo(captured.subtract(refunded())) <= 0);
        require(amount.signum() > 0 || !pieces.isEmpty());
        pieces.forEach((line, quantity) -> require(lines.contains(line) && quantity > 0 && quantity <= line.current));
        return record(new Act().refund(pieces, amount, "return", true).updated());
    }

    /**
     * @param reason customer, declined, fraud, inventory, staff or other
     * @param giveBack all pieces and all money are refunded too. Without it, the quantities stay as they were.
     */
    public synchronized List<Webhook> cancel(String reason, boolean giveBack) {
        require(cancelledAt == null);
        cancelledAt = shop.now();
        cancelReason = reason;
        voided = captured.signum() == 0 && total().signum() > 0;
        Act act = new Act();
        if (giveBack) {
            Map<Line, Integer> all = new LinkedHashMap<>();
            lines.stream().filter(line -> line.current > 0).forEach(line -> all.put(line, line.current));
            BigDecimal rest = captured.subtract(refunded());
            if (!all.isEmpty() || rest.signum() > 0) {
                act.refund(all, rest, "cancel", !voided);
            }
        }
        return record(act.order("orders/cancelled").updated());
    }

    /** The webhooks of one act. */
    private final class Act {

        private final Instant at = shop.now();
        private final UUID event = UUID.randomUUID();
        private final List<Webhook> sent = new ArrayList<>();

        private Act() {
            updatedAt = at;
        }

        private Act add(String topic, Map<String, Object> body) {
            sent.add(shop.webhook(topic, event, at, body));
            return this;
        }

        private Act order(String topic) {
            return add(topic, OrderJson.order(Order.this));
        }

        private Act updated() {
            return order("orders/updated");
        }

        private Act edited(Line line, int delta) {
            return add("orders/edited", OrderJson.edit(Order.this, line, delta, at));
        }

        private Act refund(Map<Line, Integer> pieces, BigDecimal amount, String restockType, boolean adjusts) {
            List<Returned> returned = new ArrayList<>();
            pieces.forEach((line, quantity) -> {
                BigDecimal subtotal = line.worth(line.current).subtract(line.worth(line.current - quantity));
                line.current -= quantity;
                returned.add(new Returned(Shop.newId(), line, quantity, subtotal, restockType));
            });
            BigDecimal worth = returned.stream().map(Returned::subtotal).reduce(BigDecimal.ZERO, BigDecimal::add);
            Refund refund =
                    new Refund(Shop.newId(), at, returned, amount, adjusts ? worth.subtract(amount) : BigDecimal.ZERO);
            refunds.add(refund);
            return add("refunds/create", OrderJson.refund(Order.this, refund));
        }
    }

    private List<Webhook> record(Act act) {
        webhooks.addAll(act.sent);
        shop.send(act.sent);
        return List.copyOf(act.sent);
    }

    private void require(boolean allowed) {
        if (!allowed) {
            throw new IllegalStateException("Shopify refuses this: the order is %s, cancelled %s, outstanding %s"
                    .formatted(financialStatus(), cancelledAt, outstanding()));
        }
    }

    /** As it was ordered, without edits. */
    BigDecimal total() {
        return lines.stream()
                .filter(line -> !isAdded(line))
                .map(line -> line.worth(line.ordered))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private boolean isAdded(Line line) {
        return lines.indexOf(line) >= cart.entries.size();
    }

    /** What the pieces that are left cost, and what the merchant kept or gave beside them. */
    BigDecimal currentTotal() {
        BigDecimal left = lines.stream().map(line -> line.worth(line.current)).reduce(BigDecimal.ZERO, BigDecimal::add);
        return refunds.stream().map(Refund::adjustment).reduce(left, BigDecimal::add);
    }

    /** Negative if the shopper has paid too much. */
    BigDecimal outstanding() {
        return voided ? BigDecimal.ZERO : currentTotal().subtract(captured).add(refunded());
    }

    private BigDecimal refunded() {
        return refunds.stream().map(Refund::money).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** In whole seconds, by which a sweep finds it. */
    synchronized Instant updatedAt() {
        return updatedAt.truncatedTo(ChronoUnit.SECONDS);
    }

    /** As GraphQL shows it. */
    synchronized Map<String, Object> node() {
        Map<Line, Map<String, Object>> nodes = new HashMap<>();
        lines.forEach(line -> nodes.put(line, lineNode(line)));
        FinancialStatus status = financialStatus();
        Map<String, Object> node = new HashMap<>();
        node.put("__cursor", "%020d-%020d".formatted(updatedAt.getEpochSecond(), id));
        node.put("id", gid("Order", id));
        node.put("legacyResourceId", Long.toString(id));
        node.put("name", name);
        node.put("createdAt", seconds(createdAt));
        node.put("processedAt", seconds(createdAt));
        node.put("updatedAt", seconds(updatedAt));
        node.put("displayFinancialStatus", status.name());
        node.put("fullyPaid", outstanding().signum() <= 0 && (captured.signum() > 0 || status == FinancialStatus.PAID));
        node.put("cancelledAt", cancelledAt == null ? null : seconds(cancelledAt));
        node.put("cancelReason", cancelReason == null ? null : cancelReason.toUpperCase(Locale.ROOT));
        node.put("test", cart.test);
        node.put("sourceName", cart.source);
        node.put("email", email);
        node.put("customer", customer == null ? null : customer.node());
        node.put("currencyCode", money.currency());
        node.put("presentmentCurrencyCode", money.presentment());
        node.put(
                "customAttributes",
                cart.attributes.entrySet().stream()
                        .map(one -> Map.of("key", one.getKey(), "value", one.getValue()))
                        .toList());
        node.put("edited", edited);
        node.put("lineItems", lines.stream().map(nodes::get).toList());
        node.put(
                "refunds",
                refunds.stream().map(refund -> refundNode(refund, nodes)).toList());
        return node;
    }

    private Map<String, Object> lineNode(Line line) {
        BigDecimal unit = line.worth(line.ordered)
                .divide(BigDecimal.valueOf(line.ordered), money.decimals(), RoundingMode.HALF_UP);
        Map<String, Object> node = new HashMap<>(Map.of(
                "id",
                gid("LineItem", line.id),
                "title",
                line.item.title(),
                "quantity",
                line.quantity,
                "currentQuantity",
                line.current,
                "refundableQuantity",
                line.current,
                "originalUnitPriceSet",
                money.bag(line.item.price()),
                "discountedUnitPriceAfterAllDiscountsSet",
                money.bag(unit),
                "discountAllocations",
                line.discount.signum() == 0
                        ? List.of()
                        : List.of(Map.of("allocatedAmountSet", money.bag(line.discount)))));
        node.put("product", shop.productNode(line.item));
        node.put("variant", shop.variantNode(line.item));
        return node;
    }

    private Map<String, Object> refundNode(Refund refund, Map<Line, Map<String, Object>> nodes) {
        return Map.of(
                "id", gid("Refund", refund.id()),
                "legacyResourceId", Long.toString(refund.id()),
                "createdAt", seconds(refund.at()),
                "updatedAt", seconds(refund.at()),
                "totalRefundedSet", money.bag(refund.money()),
                "refundLineItems",
                        refund.lines().stream()
                                .map(one -> Map.of(
                                        "id", gid("RefundLineItem", one.id()),
                                        "lineItem", nodes.get(one.line()),
                                        "quantity", one.quantity(),
                                        "restockType", one.restockType().toUpperCase(Locale.ROOT),
                                        "subtotalSet", money.bag(one.subtotal())))
                                .toList());
    }

    static String gid(String type, long id) {
        return "gid://shopify/" + type + "/" + id;
    }

    /** Shopify knows no parts of a second here. */
    private static String seconds(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
