package dev.wearon.gateway.admin;

import dev.wearon.gateway.changelog.Author;
import dev.wearon.http.RequestId;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Recognises the operator by one of the admin tokens. */
@Singleton
@Startup
public class Operator {

    private static final int SHORTEST = 16;
    private static final int SHORTEST_IN_PRODUCTION = 32;

    /** A random token of 32 hex or decimal digits almost always has more different characters; a repeated word has fewer. */
    private static final int FEWEST_DISTINCT = 8;

    private static final int FINGERPRINT_BYTES = 4;
    private static final String SCHEME = "Bearer ";

    private final List<byte[]> tokenHashes;

    /** @param tokens one or more, separated by commas */
    Operator(@ConfigProperty(name = "wearon.admin.token") Optional<String> tokens, LaunchMode mode) {
        this.tokenHashes = Arrays.stream(tokens.orElse("").split(",", -1))
                .map(String::strip)
                .map(token -> sha256(requireStrong(token, mode == LaunchMode.NORMAL)))
                .toList();
    }

    /**
     * Identifies the token of a request by its fingerprint: {@code operator-} and the first 8 hex digits of its SHA-256.
     *
     * @param authorization all {@code Authorization} headers of the request; there must be exactly one
     * @return empty if it is not the operator
     */
    public Optional<String> identify(List<String> authorization) {
        if (authorization.size() != 1 || !authorization.getFirst().startsWith(SCHEME)) {
            return Optional.empty();
        }
        byte[] offered = sha256(authorization.getFirst().substring(SCHEME.length()));
        // Compares with every token, so that the time does not reveal which one matches.
        return tokenHashes.stream()
                .flatMap(
                        known -> MessageDigest.isEqual(known, offered) ? Stream.of(fingerprint(known)) : Stream.empty())
                .reduce((one, same) -> one);
    }

    /** The operator as the author of a change. Fails if the gate should have refused the request. */
    public Author author(HttpHeaders headers) {
        return new Author(
                identify(headers.getRequestHeader(HttpHeaders.AUTHORIZATION)).orElseThrow(),
                headers.getHeaderString(RequestId.HEADER));
    }

    private static String requireStrong(String token, boolean production) {
        int shortest = production ? SHORTEST_IN_PRODUCTION : SHORTEST;
        if (token.length() < shortest || (production && token.chars().distinct().count() < FEWEST_DISTINCT)) {
            // Quarkus prints only the message of this exception, without a stack trace.
            throw new ConfigurationException("WEARON_ADMIN_TOKEN must be set to a random secret of at least " + shortest
                    + " characters, " + FEWEST_DISTINCT + " of them different, or to several such secrets separated by"
                    + " commas");
        }
        return token;
    }

    private static String fingerprint(byte[] hash) {
        return "operator-" + HexFormat.of().formatHex(hash, 0, FINGERPRINT_BYTES);
    }

    private static byte[] sha256(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
