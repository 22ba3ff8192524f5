package dev.wearon.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Searches logs and traces for secrets: keys, tokens, identities, signed URLs, e-mail addresses. */
final class Secrets {

    /** The shapes of secrets. The first 16 characters of a key are no secret. */
    private static final Map<String, Pattern> SHAPES = Map.of(
            "an API key", Pattern.compile("wk_[0-9a-f]{14,}"),
            "a shopper token", Pattern.compile("wst_[0-9a-f]{4,}"),
            "a token", Pattern.compile("(?i)bearer [A-Za-z0-9._~+/-]{16,}"),
            "an identity", Pattern.compile("eyJ[A-Za-z0-9_-]{16,}"),
            "a private key", Pattern.compile("PRIVATE KEY"),
            "a signed URL", Pattern.compile("[?&](signature|sig)=[A-Za-z0-9_-]{8,}"),
            "an e-mail address", Pattern.compile("[A-Za-z0-9._+-]+@[A-Za-z0-9-]+\\.[A-Za-z]{2,}"));

    /** Logs are at most one folder deep; the changing files of the database lie deeper. */
    private static final int DEEPEST = 2;

    private Secrets() {}

    /**
     * The places of secrets, one sentence each, without the secret itself.
     *
     * @param known secrets of this run, beside those that are known by their shape
     */
    static List<String> inLogsBelow(Path folder, String... known) throws IOException {
        try (Stream<Path> files = Files.walk(folder, DEEPEST)) {
            return files.filter(file -> file.getFileName().toString().matches(".*\\.(log|out)(\\.\\d+)?"))
                    .flatMap(file -> in(file, known).stream())
                    .toList();
        }
    }

    private static List<String> in(Path file, String... known) {
        List<String> found = new ArrayList<>();
        int number = 0;
        for (String line : lines(file)) {
            number++;
            for (String secret : in(line, known)) {
                found.add("%s in line %d of %s".formatted(secret, number, file));
            }
        }
        return found;
    }

    /** What is secret in a text, without the secret itself. */
    static List<String> in(String text, String... known) {
        return Stream.concat(
                        SHAPES.entrySet().stream()
                                .filter(shape -> shape.getValue().matcher(text).find())
                                .map(Map.Entry::getKey),
                        Stream.of(known).filter(text::contains).map(secret -> "a secret of this run"))
                .toList();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
