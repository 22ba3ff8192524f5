package dev.wearon.processes;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * A PostgreSQL database and the role that connects to it. {@link #url()} and {@link #toString()} hold no password.
 *
 * @param ca the authorities of its certificate; if there are any, connections use TLS and check the name of the server
 */
public record PostgresAddress(String host, int port, String database, String user, String password, Optional<Path> ca) {

    public PostgresAddress(String host, int port, String database, String user, String password) {
        this(host, port, database, user, password, Optional.empty());
    }

    /**
     * Reads {@code postgresql://user:password@host:port/database}, also {@code postgres://}. The database is {@code postgres} by
     * default.
     *
     * @throws IllegalArgumentException when the URL is not of this form; the message does not repeat the URL
     */
    public static PostgresAddress parse(String url) {
        URI uri = uri(url);
        String[] user = uri.getRawUserInfo() == null
                ? new String[0]
                : uri.getRawUserInfo().split(":", 2);
        boolean postgres = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
        boolean more = uri.getRawQuery() != null || uri.getRawFragment() != null;
        if (!postgres || uri.getHost() == null || user.length != 2 || more) {
            throw malformed();
        }
        return new PostgresAddress(
                uri.getHost(),
                uri.getPort() < 0 ? 5432 : uri.getPort(),
                uri.getPath().length() < 2 ? Postgres.SUPERUSER : uri.getPath().substring(1),
                decode(user[0]),
                decode(user[1]));
    }

    private static URI uri(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException quotesTheUrl) {
            // Neither its message nor the exception itself: both contain the password.
            throw malformed();
        }
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("expected postgresql://user:password@host:port/database");
    }

    public PostgresAddress with(String otherDatabase, String otherUser, String otherPassword) {
        return new PostgresAddress(host, port, otherDatabase, otherUser, otherPassword, ca);
    }

    /** With connections that use TLS. */
    public PostgresAddress verifiedBy(Path authorities) {
        return new PostgresAddress(host, port, database, user, password, Optional.of(authorities));
    }

    /** Without credentials: {@code postgresql://host:port/database}. */
    public String url() {
        return "postgresql://%s:%d/%s".formatted(host, port, encode(database));
    }

    /** With credentials: only for a file that no other user may read. */
    public String urlWithPassword() {
        return "postgresql://%s:%s@%s:%d/%s".formatted(encode(user), encode(password), host, port, encode(database));
    }

    public String jdbcUrl() {
        return "jdbc:" + url();
    }

    public Properties jdbcProperties() {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        ca.ifPresent(authorities -> {
            properties.setProperty("sslmode", "verify-full");
            properties.setProperty("sslrootcert", authorities.toString());
        });
        return properties;
    }

    @Override
    public String toString() {
        return url();
    }

    /** In a URL, unlike in a form, a plus is a plus and a space is {@code %20}. */
    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
