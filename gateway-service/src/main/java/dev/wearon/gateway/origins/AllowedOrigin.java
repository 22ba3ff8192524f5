package dev.wearon.gateway.origins;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The origin of a page that may use a key, as an operator writes it and as browsers send it. */
public final class AllowedOrigin {

    /** A host name has no wildcard, and no user, path or query is part of an origin. */
    private static final Pattern WRITTEN = Pattern.compile(
            "(https?)://([^\\s/?#@:*\\[\\]\\\\%]{1,253})(?::([0-9]{1,5}))?/?", Pattern.CASE_INSENSITIVE);

    private static final Pattern HOST = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");
    private static final Pattern LOCAL = Pattern.compile("localhost|127\\.0\\.0\\.1");

    /** Browsers keep these characters, but {@link IDN} replaces or removes them, which names another host. */
    private static final Pattern AMBIGUOUS = Pattern.compile("[\u00df\u1e9e\u03c2\u200c\u200d]");

    private static final int MAX_PORT = 65_535;

    private AllowedOrigin() {}

    /**
     * Converts an origin to the one form in which browsers send it: lower case, the host in ASCII, no default port and no
     * slash at the end. Only localhost may use plain HTTP.
     *
     * @return empty if no browser sends such an origin, or if the host cannot be converted without doubt
     */
    public static Optional<String> normalised(String written) {
        Matcher origin = WRITTEN.matcher(written);
        if (!origin.matches()) {
            return Optional.empty();
        }
        String scheme = origin.group(1).toLowerCase(Locale.ROOT);
        int defaultPort = scheme.equals("https") ? 443 : 80;
        int port = origin.group(3) == null ? defaultPort : Integer.parseInt(origin.group(3));
        return asciiHost(origin.group(2))
                .filter(host -> scheme.equals("https") || LOCAL.matcher(host).matches())
                .filter(host -> port > 0 && port <= MAX_PORT)
                .map(host -> scheme + "://" + host + (port == defaultPort ? "" : ":" + port));
    }

    private static Optional<String> asciiHost(String host) {
        if (AMBIGUOUS.matcher(host).find()) {
            return Optional.empty();
        }
        try {
            return Optional.of(IDN.toASCII(host, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT))
                    .filter(ascii -> HOST.matcher(ascii).matches());
        } catch (IllegalArgumentException noHostName) {
            return Optional.empty();
        }
    }
}
