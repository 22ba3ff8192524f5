package dev.wearon.storage.signing;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The base of every URL handed out, and the judge of whether a URL that comes back is on it. As everywhere on the web,
 * scheme and host are the same in capitals, and a scheme's usual port may be left out; the path is exact.
 */
@ApplicationScoped
public class PublicUrl {

    private static final int MAX_LENGTH = 4_096;

    private final URI base;

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
    }

    /** Makes a wrong base a refusal to start. */
    void start(@Observes StartupEvent start) {}

    /** @param path without a leading slash */
    public String of(String path) {
        return base + "/" + path;
    }

    /**
     * What a URL names below the base, decoded exactly once and without a leading slash; query and fragment do not
     * count. Empty if the URL does not parse or lies anywhere else.
     */
    public Optional<String> pathOf(String url) {
        if (url == null || url.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(url);
            String root = base.getPath() + "/";
            return sameOrigin(uri) && uri.getPath().startsWith(root)
                    ? Optional.of(uri.getPath().substring(root.length()))
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
