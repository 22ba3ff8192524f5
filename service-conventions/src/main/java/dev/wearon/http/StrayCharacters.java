package dev.wearon.http;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a URI with characters that a URI must not contain as if its client had encoded them. Browsers send some of them
 * unencoded, and advertising networks append them to every URL. A percent sign that begins no encoding means itself, as in
 * the URL standard of browsers.
 */
@Singleton
public final class StrayCharacters {

    /** Before every other handler, which may read the path or the query. */
    private static final int FIRST = Integer.MIN_VALUE;

    /** A number sign is kept, because it ends the URI. */
    private static final String ALLOWED = "-._~!$&'()*+,;=:@/?#";

    private static final Pattern SCHEME_AND_HOST = Pattern.compile("^https?://[^/?#]*", Pattern.CASE_INSENSITIVE);

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /**
     * Turns off the check of Quarkus, which answers such a request with an empty 400 before any handler. Its only switch is a
     * property of the JVM that a class reads when it is loaded. A customizer of the configuration runs earlier than every
     * class of Quarkus that needs the configuration, and in all ways to start a service.
     */
    public static final class Accepted implements SmallRyeConfigBuilderCustomizer {

        @Override
        public void configBuilder(SmallRyeConfigBuilder builder) {
            System.setProperty("vertx.disableURIValidation", "true");
        }
    }

    void encode(@Observes Router router) {
        router.route().order(FIRST).handler(StrayCharacters::encode);
    }

    private static void encode(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        encoded(request.uri())
                .ifPresentOrElse(
                        // Begins again, because the parts of the URI may have been read.
                        uri -> ctx.reroute(request.method(), uri),
                        ctx::next);
    }

    /** The encoded path and query; empty if nothing needs to be encoded, or if the URI has no path. */
    static Optional<String> encoded(String uri) {
        int first = firstStray(uri);
        if (first == uri.length()) {
            return Optional.empty();
        }
        StringBuilder encoded = new StringBuilder(uri.length() + 16).append(uri, 0, first);
        for (int i = first; i < uri.length(); i++) {
            if (isStray(uri, i)) {
                append(encoded, uri.charAt(i));
            } else {
                encoded.append(uri.charAt(i));
            }
        }
        Matcher host = SCHEME_AND_HOST.matcher(encoded);
        String path = host.find() ? encoded.substring(host.end()) : encoded.toString();
        return path.startsWith("/") ? Optional.of(path) : Optional.empty();
    }

    private static int firstStray(String uri) {
        int first = 0;
        while (first < uri.length() && !isStray(uri, first)) {
            first++;
        }
        return first;
    }

    private static boolean isStray(String uri, int at) {
        char c = uri.charAt(at);
        if (c == '%') {
            return at + 2 >= uri.length()
                    || !HexFormat.isHexDigit(uri.charAt(at + 1))
                    || !HexFormat.isHexDigit(uri.charAt(at + 2));
        }
        boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        return !letterOrDigit && ALLOWED.indexOf(c) < 0;
    }

    /** The HTTP server reads each byte of the URI as one character. */
    private static void append(StringBuilder encoded, char c) {
        byte[] bytes = String.valueOf(c).getBytes(c < 0x100 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        for (byte b : bytes) {
            encoded.append('%').append(HEX.toHexDigits(b));
        }
    }
}
