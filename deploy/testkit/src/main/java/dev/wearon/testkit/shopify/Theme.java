package dev.wearon.testkit.shopify;

import static dev.wearon.testkit.shopify.Reply.escaped;

import dev.wearon.storefront.StorefrontAsset;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The look of all pages: one frame, one style sheet, and a Content Security Policy as strict as a shop can have it. */
final class Theme {

    /** Where the files of the pages are, beside the shops. */
    static final String ASSETS = "/assets/";

    private static final Map<String, Reply> FILES = Map.of(
            ASSETS + "shop.css", Reply.of(200, "text/css; charset=utf-8", Picture.resource("shop.css")),
            ASSETS + StorefrontAsset.TRY_ON.fileName(), script(StorefrontAsset.TRY_ON),
            ASSETS + StorefrontAsset.CLIENT.fileName(), script(StorefrontAsset.CLIENT));

    private Theme() {}

    private static Reply script(StorefrontAsset file) {
        return Reply.of(200, "text/javascript; charset=utf-8", file.bytes());
    }

    /** A file of the pages. */
    static Reply file(String path) {
        Reply file = FILES.get(path);
        return file != null ? file : page(404, "Not found", "", "", null);
    }

    /**
     * A page of the server itself, or of a shop.
     *
     * @param header what stands beside the name at the top, as HTML
     * @param content below the heading, as HTML
     * @param app the origin that the page may call and load pictures from; null for none
     */
    static Reply page(int status, String title, String header, String content, URI app) {
        String page = """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%1$s</title>
                <link rel="icon" href="data:,">
                <link rel="stylesheet" href="%4$sshop.css">
                </head>
                <body>
                <header>%2$s</header>
                <main>
                <h1>%1$s</h1>
                %3$s
                </main>
                <footer><p>A demonstration: this shop sells nothing, and no money moves. <a href="/">All shops, and their webhooks</a></p></footer>
                </body>
                </html>
                """.formatted(escaped(title), header, content, ASSETS);
        return new Reply(
                status,
                Map.of(
                        "Content-Type", List.of("text/html; charset=utf-8"),
                        "Cache-Control", List.of("no-store"),
                        "Content-Security-Policy", List.of(policy(app))),
                page.getBytes(StandardCharsets.UTF_8));
    }

    private static String policy(URI app) {
        String origin = app == null ? "" : " " + app.getScheme() + "://" + app.getAuthority();
        return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:" + origin
                + "; connect-src 'self'" + origin + "; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    }

    /** @param href is escaped here */
    static String link(String href, String text) {
        return "<a href=\"%s\">%s</a>".formatted(escaped(href), escaped(text));
    }

    /** The main thing to do on a page. */
    static String action(String href, String text) {
        return "<a class=\"button\" href=\"%s\">%s</a>".formatted(escaped(href), escaped(text));
    }
}
