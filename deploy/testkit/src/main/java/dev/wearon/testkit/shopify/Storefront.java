package dev.wearon.testkit.shopify;

import static dev.wearon.testkit.shopify.Reply.escaped;
import static dev.wearon.testkit.shopify.Theme.action;
import static dev.wearon.testkit.shopify.Theme.link;

import com.sun.net.httpserver.HttpExchange;
import dev.wearon.storefront.StorefrontAsset;
import dev.wearon.testkit.shopify.Cart.Item;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URLEncoder;
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
 * The pages of a shop: products with the try-on, sign-in, cart, cart link, checkout, the app's proxy. Whoever enters the
 * e-mail address of a customer at the checkout gets that customer's order, signed in or not, as at Shopify; a new address
 * becomes a customer whose address is not verified. The cart is in a cookie.
 */
final class Storefront {

    private static final String LINES = "\\d{1,18}:\\d{1,4}(?:,\\d{1,18}:\\d{1,4}){0,49}";
    private static final Pattern CART = Pattern.compile("/cart/(" + LINES + ")");
    private static final Pattern CHECKOUT = Pattern.compile("/checkouts/([0-9a-f-]{36})");
    private static final Pattern ORDER = Pattern.compile("/orders/([0-9a-f]{32})");
    private static final Pattern PRODUCT = Pattern.compile("/products/([a-z0-9-]{1,200})");
    private static final Pattern FILE = Pattern.compile("/files/(\\d{1,18})");
    private static final Pattern ATTRIBUTE = Pattern.compile("attributes\\[(.+)]");
    private static final Pattern SHOPPER = Pattern.compile("(?:^|;\\s*)shopper=(\\d{1,18})");
    private static final Pattern KEPT_CART = Pattern.compile("(?:^|;\\s*)cart=(" + LINES + ")");
    private static final int MOST_CHECKOUTS = 1_000;

    private record Checkout(Shop shop, Cart cart, String email) {}

    /**
     * A request for a page of a shop.
     *
     * @param root what stands before the paths of the shop in links: empty if the shop is the host of the request
     * @param shopper null if nobody is signed in
     */
    private record Visit(HttpExchange exchange, Shop shop, String root, String path, Query query, Customer shopper) {

        Reply page(int status, String title, String content) {
            String login = shopper == null
                    ? link(root + "/account/login?return_to=" + encoded(root + path), "Log in")
                    : "<span>" + escaped(name(shopper)) + "</span>" + link(root + "/account/logout", "Log out");
            String header = "<a class=\"name\" href=\"%s/\">%s</a>%s%s"
                    .formatted(root, escaped(shop.title()), login, link(root + "/cart", "Cart"));
            return Theme.page(
                    status,
                    title,
                    header,
                    content,
                    shop.proxy() == null ? null : shop.proxy().app());
        }

        Reply notFound() {
            return page(404, "Page not found", "<p>" + link(root + "/", "All products") + "</p>");
        }

        String cookie(Pattern pattern) {
            String cookies = exchange.getRequestHeaders().getFirst("Cookie");
            Matcher found = pattern.matcher(cookies == null ? "" : cookies);
            return found.find() ? found.group(1) : null;
        }

        /** Goes on to a page with a cookie for this shop. */
        Reply to(String location, String cookie) {
            Reply reply = Reply.to(location);
            return new Reply(
                    reply.status(),
                    Map.of(
                            "Location",
                            reply.headers().get("Location"),
                            "Set-Cookie",
                            List.of("%s; Path=%s/; HttpOnly; SameSite=Lax".formatted(cookie, root))),
                    reply.body());
        }
    }

    private final Map<String, Checkout> checkouts = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Checkout> eldest) {
            return size() > MOST_CHECKOUTS;
        }
    };
    private final AppProxy appProxy;
    private final Courier courier;

    Storefront(String secret, InstantSource clock, Courier courier) {
        appProxy = new AppProxy(secret, clock);
        this.courier = courier;
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
        Visit visit = new Visit(exchange, shop, root, path, query, shopper);
        return switch (exchange.getRequestMethod()) {
            case "GET", "HEAD" -> show(visit);
            case "POST" -> act(visit);
            default -> visit.page(405, "Not allowed", "");
        };
    }

    private Reply show(Visit visit) {
        String path = visit.path();
        Matcher product = PRODUCT.matcher(path);
        Matcher file = FILE.matcher(path);
        Matcher cart = CART.matcher(path);
        Matcher checkout = CHECKOUT.matcher(path);
        Matcher order = ORDER.matcher(path);
        if (path.equals("/")) {
            return home(visit);
        } else if (product.matches()) {
            return product(visit, product.group(1));
        } else if (file.matches()) {
            Picture picture = visit.shop().picture(file.group(1));
            return picture == null ? visit.notFound() : Reply.of(200, picture.contentType(), picture.bytes());
        } else if (path.equals("/account/login")) {
            return signIn(visit);
        } else if (path.equals("/account/logout")) {
            return visit.to(visit.root() + "/", "shopper=0");
        } else if (path.equals("/cart")) {
            return cart(visit);
        } else if (cart.matches()) {
            return checkOut(visit, cart.group(1));
        } else if (checkout.matches()) {
            Checkout open = checkout(checkout.group(1), visit.shop());
            return open == null ? visit.notFound() : checkoutPage(visit, open);
        } else if (order.matches()) {
            return visit.shop().orders().stream()
                    .filter(one -> one.token().equals(order.group(1)))
                    .findFirst()
                    .map(one -> orderPage(visit, one))
                    .orElseGet(visit::notFound);
        }
        return visit.notFound();
    }

    private Reply act(Visit visit) throws IOException {
        byte[] body = Reply.body(visit.exchange());
        if (body == null) {
            return visit.page(413, "Too large", "");
        }
        Query form = Query.parse(new String(body, StandardCharsets.UTF_8));
        Matcher checkout = CHECKOUT.matcher(visit.path());
        if (checkout.matches()) {
            Checkout open = checkout(checkout.group(1), visit.shop());
            return open == null ? visit.notFound() : place(visit, open, form);
        } else if (visit.path().equals("/cart/add")) {
            return add(visit, form.first("id").orElse(""));
        } else if (visit.path().equals("/cart/clear")) {
            return visit.to(visit.root() + "/cart", "cart=");
        }
        return visit.notFound();
    }

    private static Customer shopper(HttpExchange exchange, Shop shop) {
        String cookies = exchange.getRequestHeaders().getFirst("Cookie");
        Matcher shopper = SHOPPER.matcher(cookies == null ? "" : cookies);
        return shopper.find()
                ? shop.findCustomer(Long.parseLong(shopper.group(1))).orElse(null)
                : null;
    }

    private static String name(Customer customer) {
        return customer.email() == null ? "customer " + customer.id() : customer.email();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String money(Shop shop, BigDecimal amount) {
        return amount.toPlainString() + " " + shop.currency();
    }

    private static Reply home(Visit visit) {
        Shop shop = visit.shop();
        StringBuilder page = new StringBuilder();
        if (!shop.note().isEmpty()) {
            page.append("<p class=\"note\">").append(escaped(shop.note())).append("</p>");
        }
        page.append("<ul class=\"cards\">");
        for (Map<String, Object> product : shop.products()) {
            String variant = shop.variantOf(product);
            if (!product.get("status").equals("UNLISTED") && shop.sells(variant)) {
                page.append("<li><a href=\"%s/products/%s\">%s<strong>%s</strong><small>%s</small></a></li>"
                        .formatted(
                                visit.root(),
                                escaped((String) product.get("handle")),
                                image(visit, variant, ""),
                                escaped((String) product.get("title")),
                                money(shop, shop.item(variant).orElseThrow().price())));
            }
        }
        return visit.page(200, "Products", page.append("</ul>").toString());
    }

    /** @param text its alternative; empty if the text beside it says the same */
    private static String image(Visit visit, String variant, String text) {
        return visit.shop().picture(variant) == null
                ? ""
                : "<img src=\"%s/files/%s\" alt=\"%s\" width=\"640\" height=\"640\">"
                        .formatted(visit.root(), variant, escaped(text));
    }

    /** The element is what the block of the theme app extension makes. */
    private static Reply product(Visit visit, String handle) {
        Shop shop = visit.shop();
        Optional<Map<String, Object>> found = shop.products().stream()
                .filter(product -> handle.equals(product.get("handle")) && shop.sells(shop.variantOf(product)))
                .findFirst();
        if (found.isEmpty()) {
            return visit.notFound();
        }
        String title = (String) found.get().get("title");
        String variant = shop.variantOf(found.get());
        String root = visit.root();
        String tryOn = shop.proxy() == null || shop.picture(variant) == null
                ? ""
                : """
                <wearon-try-on proxy="%s" product-image="%s/files/%s" product-title="%s" currency="%s" login-url="%s"%s></wearon-try-on>
                <script type="module" src="%s%s"></script>
                """.formatted(
                                root + shop.proxy().path(),
                                root,
                                variant,
                                escaped(title),
                                shop.currency(),
                                escaped(root + "/account/login?return_to=" + encoded(root + visit.path())),
                                visit.query().first("preview").isPresent() ? " design-mode" : "",
                                Theme.ASSETS,
                                StorefrontAsset.TRY_ON.fileName());
        return visit.page(200, title, """
                <div class="product">
                %s
                <div>
                <p class="price">%s</p>
                <form method="post" action="%s/cart/add">
                <input type="hidden" name="id" value="%s">
                <button class="second">Add to cart</button>
                </form>
                %s
                </div>
                </div>
                """.formatted(
                        image(visit, variant, title),
                        money(shop, shop.item(variant).orElseThrow().price()),
                        root,
                        variant,
                        tryOn));
    }

    /** Without a password, because there is nothing to protect. */
    private static Reply signIn(Visit visit) {
        String root = visit.root();
        String wanted = visit.query().first("return_to").orElse("");
        // Only pages of this shop.
        String back = wanted.startsWith(root + "/") && !wanted.startsWith("//") ? wanted : root + "/";
        Optional<String> chosen = visit.query().first("customer");
        if (chosen.isPresent()) {
            return chosen.get().matches("\\d{1,18}")
                    ? visit.to(back, "shopper=" + chosen.get())
                    : visit.page(400, "No customer", "");
        }
        StringBuilder page = new StringBuilder("<p>Choose a customer. A demonstration has no passwords.</p>");
        for (Customer customer : visit.shop().customers()) {
            page.append("<p>")
                    .append(action(
                            root + "/account/login?customer=" + customer.id() + "&return_to=" + encoded(back),
                            "Log in as " + name(customer)))
                    .append("</p>");
        }
        return visit.page(200, "Log in", page.toString());
    }

    private static Reply add(Visit visit, String variant) {
        Shop shop = visit.shop();
        if (!variant.matches("\\d{1,18}") || !shop.sells(variant)) {
            return visit.page(422, "Cannot be ordered", "<p>The shop does not sell this.</p>");
        }
        String kept = visit.cookie(KEPT_CART);
        String cart = kept == null ? variant + ":1" : kept + "," + variant + ":1";
        return cart.split(",").length > 50
                ? visit.page(422, "The cart is full", "")
                : visit.to(visit.root() + "/cart", "cart=" + cart);
    }

    private static Reply cart(Visit visit) {
        String kept = visit.cookie(KEPT_CART);
        Optional<Cart> cart = kept == null ? Optional.empty() : cart(visit.shop(), kept);
        if (cart.isEmpty()) {
            return visit.page(200, "Your cart", "<p>It is empty. " + link(visit.root() + "/", "All products") + "</p>");
        }
        return visit.page(
                200,
                "Your cart",
                lines(visit.shop(), cart.get())
                        + """
                <p>%s</p>
                <form method="post" action="%s/cart/clear"><button class="second">Empty the cart</button></form>
                """.formatted(action(visit.root() + "/cart/" + kept, "Check out"), visit.root()));
    }

    private static String lines(Shop shop, Cart cart) {
        StringBuilder list = new StringBuilder("<ul class=\"lines\">");
        BigDecimal sum = BigDecimal.ZERO;
        for (Cart.Entry entry : cart.entries) {
            BigDecimal price = entry.item().price().multiply(BigDecimal.valueOf(entry.quantity()));
            sum = sum.add(price);
            list.append("<li><span>%d × %s</span><span>%s</span></li>"
                    .formatted(entry.quantity(), escaped(entry.item().title()), money(shop, price)));
        }
        return list.append("<li><strong>Total</strong><strong>%s</strong></li></ul>".formatted(money(shop, sum)))
                .toString();
    }

    /** Empty if the shop does not sell one of them. */
    private static Optional<Cart> cart(Shop shop, String wanted) {
        Cart cart = new Cart();
        for (String one : wanted.split(",")) {
            String variant = one.substring(0, one.indexOf(':'));
            int quantity = Integer.parseInt(one.substring(one.indexOf(':') + 1));
            Optional<Item> item = shop.sells(variant) ? shop.item(variant) : Optional.empty();
            if (item.isEmpty() || quantity == 0) {
                return Optional.empty();
            }
            cart.add(item.get(), quantity);
        }
        return Optional.of(cart);
    }

    /** The cart link, which leads to the checkout. */
    private Reply checkOut(Visit visit, String wanted) {
        Optional<Cart> cart = cart(visit.shop(), wanted);
        if (cart.isEmpty()) {
            // The real page and its status are not documented.
            return visit.page(422, "Cannot be ordered", "<p>The shop does not sell this.</p>");
        }
        visit.query().values().forEach((name, values) -> {
            Matcher attribute = ATTRIBUTE.matcher(name);
            if (attribute.matches()) {
                cart.get().attribute(attribute.group(1), values.getFirst());
            }
        });
        String token = UUID.randomUUID().toString();
        String email = visit.query().first("checkout[email]").orElse("");
        synchronized (checkouts) {
            checkouts.put(token, new Checkout(visit.shop(), cart.get(), email));
        }
        return Reply.to(visit.root() + "/checkouts/" + token);
    }

    private Checkout checkout(String token, Shop shop) {
        synchronized (checkouts) {
            Checkout open = checkouts.get(token);
            return open == null || open.shop() != shop ? null : open;
        }
    }

    private static Reply checkoutPage(Visit visit, Checkout checkout) {
        Customer shopper = visit.shopper();
        String email = shopper != null && shopper.email() != null ? shopper.email() : checkout.email();
        return visit.page(200, "Checkout", lines(checkout.shop(), checkout.cart()) + """
                <form method="post">
                <p><label>E-mail <input name="email" type="email" autocomplete="email" value="%s"></label></p>
                <p><label><input name="test" type="checkbox"> Mark it as a test: no credits come of it</label></p>
                <button name="pay" value="now">Pay now</button>
                </form>
                """.formatted(escaped(email)));
    }

    private Reply place(Visit visit, Checkout checkout, Query form) {
        String email = form.first("email").orElse("").strip();
        Cart cart = checkout.cart();
        synchronized (checkouts) {
            // A second press of the button must not order again.
            if (!checkouts.values().remove(checkout)) {
                return visit.notFound();
            }
        }
        Shop shop = checkout.shop();
        if (!email.isEmpty()) {
            cart.email(email);
        }
        Customer buyer = visit.shopper() != null || email.isEmpty() ? visit.shopper() : customer(shop, email);
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
        return visit.to(visit.root() + "/orders/" + order.token(), "cart=");
    }

    private static Customer customer(Shop shop, String email) {
        return Stream.concat(
                        shop.customers().stream().filter(one -> email.equalsIgnoreCase(one.email())),
                        Stream.generate(() -> shop.customer(email, false)))
                .findFirst()
                .orElseThrow();
    }

    private Reply orderPage(Visit visit, Order order) {
        int underWay = courier.underWay();
        String fate = underWay == 0
                ? "The shop has told the app about it."
                : underWay + " webhooks to the app are under way.";
        return visit.page(200, "Thank you", """
                <p>Order %s: %s</p>
                <p>If you added a credit: go back to the tab with the try-on. The credit comes there by itself.</p>
                <p role="status">%s</p>
                <p>%s</p>
                <p>%s</p>
                """.formatted(
                        escaped(order.name),
                        order.financialStatus().text(),
                        fate,
                        link("/", "See the webhooks, send them now, or let them go wrong"),
                        link(visit.root() + "/", "Back to the products")));
    }
}
