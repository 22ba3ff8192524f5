package dev.wearon.testkit.shopify;

import static dev.wearon.testkit.shopify.Reply.escaped;
import static dev.wearon.testkit.shopify.Theme.link;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The page beside the shops: lists them, shows what became of their webhooks, and lets these go wrong. */
final class FrontPage {

    private static final int MOST_SHOWN = 30;
    private static final int MOST_LOST = 100;

    /** The delays to choose from, in seconds. */
    private static final Map<String, String> DELAYS =
            Map.of("0", "at once", "10", "after 10 seconds", "60", "after a minute", "600", "after ten minutes");

    private final FakeShopify shopify;

    FrontPage(FakeShopify shopify) {
        this.shopify = shopify;
    }

    Reply serve(HttpExchange exchange, String path) throws IOException {
        String request = exchange.getRequestMethod() + " " + path;
        return switch (request) {
            case "GET /", "HEAD /" -> page();
            case "POST /deliveries" -> {
                byte[] body = Reply.body(exchange);
                yield body == null
                        ? Reply.page(413, "Too large", "")
                        : change(Query.parse(new String(body, StandardCharsets.UTF_8)));
            }
            case "POST /deliveries/now" -> {
                shopify.courier().hurry();
                yield Reply.to("/#webhooks");
            }
            default -> FakeShopify.error(404, "Not Found");
        };
    }

    private Reply change(Query form) {
        String delay = form.first("delay").orElse("0");
        String lost = form.first("lose").orElse("0");
        if (!DELAYS.containsKey(delay) || !lost.matches("\\d{1,3}") || Integer.parseInt(lost) > MOST_LOST) {
            return Reply.page(400, "Not possible", "<p>Lose 0 to %d webhooks.</p>".formatted(MOST_LOST));
        }
        Courier courier = shopify.courier();
        courier.take(new Courier.Way(
                Duration.ofSeconds(Long.parseLong(delay)),
                form.first("reorder").isPresent(),
                form.first("double").isPresent() ? 2 : 1,
                courier.way().retry()));
        courier.lose(Integer.parseInt(lost));
        return Reply.to("/#webhooks");
    }

    private Reply page() {
        StringBuilder page = new StringBuilder("<ul class=\"cards\">");
        for (Shop shop : shopify.shops()) {
            page.append("<li><a href=\"/%s/\"><strong>%s</strong><small>%s</small></a></li>"
                    .formatted(shop.domain(), escaped(shop.title()), escaped(shop.note())));
        }
        page.append("</ul><h2 id=\"webhooks\">Webhooks to the app</h2>")
                .append(
                        "<p>Every order tells the app by signed webhooks that it was made and paid. Here they go wrong as they do at")
                .append(
                        " Shopify. The app must give every credit once. A lost one is found when the app reads the orders again.</p>")
                .append(switches())
                .append(log());
        return Theme.page(200, "Demo shops", "<a class=\"name\" href=\"/\">Demo shops</a>", page.toString(), null);
    }

    private String switches() {
        Courier.Way way = shopify.courier().way();
        String seconds = Long.toString(way.delay().toSeconds());
        StringBuilder delays = new StringBuilder();
        List.of("0", "10", "60", "600")
                .forEach(delay -> delays.append("<option value=\"%s\"%s>%s</option>"
                        .formatted(delay, delay.equals(seconds) ? " selected" : "", DELAYS.get(delay))));
        return """
                <form method="post" action="/deliveries">
                <label>Send them <select name="delay">%s</select></label>
                <label><input type="checkbox" name="double"%s> each twice</label>
                <label><input type="checkbox" name="reorder"%s> in any order, within that time</label>
                <label>Lose the next <input type="number" name="lose" min="0" max="%d" value="%d"> of them</label>
                <button>Do so from now on</button>
                </form>
                <form method="post" action="/deliveries/now"><button class="second">Send now what waits</button></form>
                """.formatted(
                        delays,
                        way.copies() > 1 ? " checked" : "",
                        way.reorder() ? " checked" : "",
                        MOST_LOST,
                        shopify.courier().toLose());
    }

    private String log() {
        Courier courier = shopify.courier();
        List<Courier.Attempt> log = courier.log();
        StringBuilder rows = new StringBuilder();
        log.reversed().stream()
                .limit(MOST_SHOWN)
                .forEach(one -> rows.append("<tr><td>%s</td><td>%s</td><td>%d</td><td>%s</td></tr>"
                        .formatted(
                                escaped(one.webhook().shop()),
                                escaped(one.webhook().topic()),
                                one.attempt(),
                                fate(one.status()))));
        return """
                <p role="status">%d under way. %s</p>
                <div class="table" role="region" aria-label="The last webhooks" tabindex="0"><table>
                <thead><tr><th scope="col">Shop</th><th scope="col">What</th><th scope="col">Attempt</th><th scope="col">Answer of the app</th></tr></thead>
                <tbody>%s</tbody>
                </table></div>
                """.formatted(courier.underWay(), link("/", "Look again"), rows);
    }

    private static String fate(int status) {
        return switch (status) {
            case -1 -> "lost on purpose";
            case 0 -> "none in time; it is sent again";
            default -> Integer.toString(status);
        };
    }
}
