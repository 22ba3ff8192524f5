package dev.wearon.testkit.shopify;

import com.sun.net.httpserver.HttpExchange;
import dev.wearon.testkit.shopify.Cart.Item;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The pages of a shop, only as much as to press them: products, sign-in, cart link, checkout, the app's proxy. Whoever enters the
 * e-mail address of a customer at the checkout gets that customer's order, signed in or not, as at Shopify; a new address
 * becomes a customer whose address is not verified.
 */
final class Storefront {

    private static final Pattern CART = Pattern.compile("/cart/(\\d{1,18}:\\d{1,4}(?:,\\d{1,18}:\\d{1,4}){0,49})");
    private static final Pattern CHECKOUT = Pattern.compile("/checkouts/([0-9a-f-]{36})");
    private static final Pattern ORDER = Pattern.compile("/orders/([0-9a-f]{32})");
    private static final Pattern ATTRIBUTE = Pattern.compile("attributes\\[(.+)]");
    private static final Pattern SHOPPER = Pattern.compile("(?:^|;\\s*)shopper=(\\d{1,18})");
    private static final int MOST_CHECKOUTS = 1_000;

    private record Checkout(Shop shop, Cart cart, String email) {}

    private final Map<String, Checkout> checkouts = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Checkout> eldest) {
            return size() > MOST_CHECKOUTS;
        }
    };
    private final AppProxy appProxy;

    Storefront(String secret, InstantSource clock) {
        appProxy = new AppProxy(secret, clock);
    }

    /**
     * @param path behind the shop
     * @param root what stands before {@code path} in links: empty if the shop is the host of the request
     */
    Reply serve(HttpExchange exchange, Shop shop, String root, String path) throws IOException {
        Customer shopper = shopper(exchange, shop);
        Shop.Proxy proxy = shop.proxy();
        if (proxy != null && (path.equals(proxy.path()) || path.startsWith(proxy.path() + "/"))) {
            return appProxy.pass(
                    exchange, shop, proxy, path.substring(proxy.path().length()), shopper);
        }
        Query query = Query.parse(exchange.getRequestURI().getRawQuery());
        boolean get = exchange.getRequestMethod().equals("GET");
        Matcher cart = CART.matcher(path);
        Matcher checkout = CHECKOUT.matcher(path);
        Matcher order = ORDER.matcher(path);
        if (get && path.equals("/")) {
            return home(shop, root, shopper);
        } else if (get && path.equals("/account/login")) {
            return signIn(root, query);
        } else if (get && cart.matches()) {
            return cart(shop, root, cart.group(1), query);
        } else if (checkout.matches()) {
            Checkout open = checkout(checkout.group(1), shop);
            return open == null ? notFound() : get ? checkoutPage(open, shopper) : place(exchange, open, root, shopper);
        } else if (get && order.matches()) {
            return shop.orders().stream()
                    .filter(one -> one.token().equals(order.group(1)))
                    .findFirst()
                    .map(Storefront::orderPage)
                    .orElseGet(Storefront::notFound);
        }
        return notFound();
    }

    private static Customer shopper(HttpExchange exchange, Shop shop) {
        String cookies = exchange.getRequestHeaders().getFirst("Cookie");
        Matcher shopper = SHOPPER.matcher(cookies == null ? "" : cookies);
        return shopper.find()
                ? shop.findCustomer(Long.parseLong(shopper.group(1))).orElse(null)
                : null;
    }

    private static Reply notFound() {
        return Reply.page(404, "Page not found", "");
    }

    private static Reply home(Shop shop, String root, Customer shopper) {
        StringBuilder page = new StringBuilder("<ul>");
        for (Map<String, Object> product : shop.products()) {
            String variant = shop.variantOf(product);
            if (!product.get("status").equals("UNLISTED") && shop.sells(variant)) {
                page.append("<li><a href=\"%s/cart/%s:1\">%s</a></li>"
                        .formatted(root, variant, Reply.escaped((String) product.get("title"))));
            }
        }
        page.append("</ul><p>").append(shopper == null ? "Nobody is signed in." : "Signed in: " + name(shopper));
        page.append("</p><ul>");
        for (Customer customer : shop.customers()) {
            page.append("<li><a href=\"%s/account/login?customer=%d\">Sign in as %s</a></li>"
                    .formatted(root, customer.id(), name(customer)));
        }
        page.append("<li><a href=\"%s/account/login?customer=0\">Sign out</a></li></ul>".formatted(root));
        return Reply.page(200, shop.domain(), page.toString());
    }

    private static String name(Customer customer) {
        return Reply.escaped(customer.email() == null ? "customer " + customer.id() : customer.email());
    }

    /** Without a password, because there is nothing to protect. */
    private static Reply signIn(String root, Query query) {
        String customer = query.first("customer").orElse("0");
        if (!customer.matches("\\d{1,18}")) {
            return Reply.page(400, "No customer", "");
        }
        Reply home = Reply.to(root + "/");
        return new Reply(
                home.status(),
                Map.of(
                        "Location",
                        home.headers().get("Location"),
                        "Set-Cookie",
                        List.of("shopper=%s; Path=%s/; HttpOnly; SameSite=Lax".formatted(customer, root))),
                home.body());
    }

    private Reply cart(Shop shop, String root, String wanted, Query query) {
        Cart cart = new Cart();
        for (String one : wanted.split(",")) {
            String variant = one.substring(0, one.indexOf(':'));
            int quantity = Integer.parseInt(one.substring(one.indexOf(':') + 1));
            Optional<Item> item = shop.sells(variant) ? shop.item(variant) : Optional.empty();
            if (item.isEmpty() || quantity == 0) {
                // The real page and its status are not documented.
                return Reply.page(422, "Cannot be bought", "The shop does not sell this.");
            }
            cart.add(item.get(), quantity);
        }
        query.values().forEach((name, values) -> {
            Matcher attribute = ATTRIBUTE.matcher(name);
            if (attribute.matches()) {
                cart.attribute(attribute.group(1), values.getFirst());
            }
        });
        String token = UUID.randomUUID().toString();
        synchronized (checkouts) {
            checkouts.put(
                    token,
                    new Checkout(shop, cart, query.first("checkout[email]").orElse("")));
        }
        return Reply.to(root + "/checkouts/" + token);
    }

    private Checkout checkout(String token, Shop shop) {
        synchronized (checkouts) {
            Checkout open = checkouts.get(token);
            return open == null || open.shop() != shop ? null : open;
        }
    }

    private static Reply checkoutPage(Checkout checkout, Customer shopper) {
        String email = shopper != null && shopper.email() != null ? shopper.email() : checkout.email();
        StringBuilder page = new StringBuilder("<ul>");
        BigDecimal sum = BigDecimal.ZERO;
        for (Cart.Entry entry : checkout.cart().entries) {
            BigDecimal price = entry.item().price().multiply(BigDecimal.valueOf(entry.quantity()));
            sum = sum.add(price);
            page.append("<li>%d × %s: %s</li>"
                    .formatted(entry.quantity(), Reply.escaped(entry.item().title()), price.toPlainString()));
        }
        page.append("""
                </ul><p>Total: %s %s</p>
                <form method="post"><p><label>E-mail <input name="email" type="email" value="%s"></label></p>
                <p><label><input name="test" type="checkbox"> Test order, without money</label></p>
                <p><button name="pay" value="now">Pay now</button> <button name="pay" value="later">Pay later</button></p>
                </form>""".formatted(sum.toPlainString(), checkout.shop().currency(), Reply.escaped(email)));
        return Reply.page(200, "Checkout", page.toString());
    }

    private Reply place(HttpExchange exchange, Checkout checkout, String root, Customer shopper) throws IOException {
        byte[] body = Reply.body(exchange);
        Query form = Query.parse(body == null ? null : new String(body, StandardCharsets.UTF_8));
        String email = form.first("email").orElse("").strip();
        Cart cart = checkout.cart();
        synchronized (checkouts) {
            // A second press of the button must not order again.
            if (!checkouts.values().remove(checkout)) {
                return notFound();
            }
        }
        Shop shop = checkout.shop();
        if (!email.isEmpty()) {
            cart.email(email);
        }
        Customer buyer = shopper != null || email.isEmpty() ? shopper : customer(shop, email);
        if (buyer != null) {
            cart.customer(buyer);
        }
        if (form.first("test").isPresent()) {
            cart.test();
        }
        Order order = shop.order(cart);
        if (form.first("pay").orElse("now").equals("now") && order.financialStatus() == Order.FinancialStatus.PENDING) {
            order.pay();
        }
        return Reply.to(root + "/orders/" + order.token());
    }

    private static Customer customer(Shop shop, String email) {
        return Stream.concat(
                        shop.customers().stream().filter(one -> email.equalsIgnoreCase(one.email())),
                        Stream.generate(() -> shop.customer(email, false)))
                .findFirst()
                .orElseThrow();
    }

    private static Reply orderPage(Order order) {
        return Reply.page(
                200,
                "Thank you",
                "<p>Order %s: %s</p>"
                        .formatted(order.name, order.financialStatus().text()));
    }
}
