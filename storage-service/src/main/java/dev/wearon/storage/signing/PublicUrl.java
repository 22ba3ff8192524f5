package dev.wearon.storage.signing;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Builds every URL that is handed out, and checks that a URL from a client has the same base. The case of scheme and
 * host is ignored, and a default port may be left out (RFC 3986, 6.2). The path must match exactly.
 */
@ApplicationScoped
public class PublicUrl {

    private static final int MAX_LENGTH = 4_096;

    /** A path and a query without escapes, fragment and user: such a text is a valid URL, and its path is its text. */
    private static final Pattern PLAIN = Pattern.compile("([A-Za-z0-9/._-]*)(?:\\?[A-Za-z0-9/._=&-]*)?");

    private final URI base;

    /** The base with a slash at its end, as every URL of this service begins. */
    private final String root;

    @Inject
    PublicUrl(@ConfigProperty(name = "wearon.public-url", defaultValue = "http://127.0.0.1:8080") URI configured) {
        base = URI.create(configured.toString().replaceAll("/+$", ""));
        boolean web = "http".equalsIgnoreCase(base.getScheme()) || "https".equalsIgnoreCase(base.getScheme());
        if (!web
                || base.getHost() == null
                || base.getRawUserInfo() != null
                || base.getRawQuery() != null
                || base.getRawFragment() != null) {
            throw new ConfigurationException(
                    "WEARON_PUBLIC_URL must be http(s)://host[:port][/path], without user, query or fragment.");
        }
        root = base + "/";
    }

    /** Makes the start fail if the base is invalid. */
    void start(@Observes StartupEvent start) {}

    /** @param path without a leading slash */
    public String of(String path) {
        return root + path;
    }

    /**
     * Returns the path of a URL below the base, decoded once and without a leading slash. Query and fragment are
     * ignored. Empty if the URL is invalid or not below the base.
     */
    public Optional<String> pathOf(String url) {
        if (url == null || url.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        if (url.startsWith(root)) {
            // The URLs of this service need no parser.
            Matcher plain = PLAIN.matcher(url).region(root.length(), url.length());
            if (plain.matches()) {
                return Optional.of(plain.group(1));
            }
        }
        return parsedPathOf(url);
    }

    private Optional<String> parsedPathOf(String url) {
        try {
            URI uri = new URI(url);
            String prefix = base.getPath() + "/";
            return sameOrigin(uri) && uri.getPath().startsWith(prefix)
                    ? Optional.of(uri.getPath().substring(prefix.length()))
                    : Optional.empty();
        } catch (URISyntaxException notAUrl) {
            return Optional.empty();
        }
    }

    private boolean sameOrigin(URI uri) {
        return base.getScheme().equalsIgnoreCase(uri.getScheme())
                && base.getHost().equalsIgnoreCase(uri.getHost())
                && port(base) == port(uri)
                && uri.getRawUserInfo() == null;
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }
}
