package dev.wearon.local.backup;

import dev.wearon.local.suite.UserError;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the gateway has logged since a backup: API keys that were revoked or replaced, and stores that were stopped. The restored
 * database does not know it.
 *
 * @param logsBegin the time of the first line; empty if no line has a time
 */
public record Revocations(
        Optional<Instant> logsBegin, Set<UUID> keys, Set<UUID> inactiveStores, Set<UUID> suspendedStores) {

    private static final String LOG = "gateway-service.log";
    private static final String ID = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";

    /** The end of a line, or of the message in a line of JSON. */
    private static final String END = "(?=$|\")";

    private static final Pattern KEY =
            Pattern.compile("API key " + ID + " of store " + ID + " is (revoked|replaced)" + END);
    private static final Pattern STORE =
            Pattern.compile("Store " + ID + " has the status (active|suspended|inactive)" + END);
    private static final String JSON_TIME = "{\"timestamp\":\"";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSZ");

    /**
     * Reads the log of a gateway with its old files.
     *
     * @param place a data folder, a folder with logs, or one log file
     */
    public static Revocations since(Instant backup, Path place) throws IOException, UserError {
        Optional<Instant> begin = Optional.empty();
        Set<UUID> keys = new HashSet<>();
        Set<UUID> inactiveStores = new HashSet<>();
        Set<UUID> suspendedStores = new HashSet<>();
        for (Path log : logs(place)) {
            try (BufferedReader lines = Files.newBufferedReader(log, StandardCharsets.ISO_8859_1)) {
                for (String line; (line = lines.readLine()) != null; ) {
                    Optional<Instant> time = time(line);
                    begin = begin.or(() -> time);
                    if (time.isPresent() && !time.get().isBefore(backup)) {
                        read(line, keys, inactiveStores, suspendedStores);
                    }
                }
            }
        }
        return new Revocations(begin, keys, inactiveStores, suspendedStores);
    }

    /** Whether the logs have everything since the backup. */
    public boolean reachBackTo(Instant backup) {
        return logsBegin.filter(begin -> !begin.isAfter(backup)).isPresent();
    }

    private static void read(String line, Set<UUID> keys, Set<UUID> inactiveStores, Set<UUID> suspendedStores) {
        Matcher key = KEY.matcher(line);
        if (key.find()) {
            keys.add(UUID.fromString(key.group(1)));
            return;
        }
        Matcher store = STORE.matcher(line);
        if (store.find()) {
            UUID id = UUID.fromString(store.group(1));
            inactiveStores.remove(id);
            suspendedStores.remove(id);
            switch (store.group(2)) {
                case "inactive" -> inactiveStores.add(id);
                case "suspended" -> suspendedStores.add(id);
                default -> {}
            }
        }
    }

    private static Optional<Instant> time(String line) {
        boolean json = line.startsWith(JSON_TIME);
        int begin = json ? JSON_TIME.length() : 0;
        int end = line.indexOf(json ? '"' : ' ', begin);
        DateTimeFormatter format = json ? DateTimeFormatter.ISO_OFFSET_DATE_TIME : TIME;
        try {
            return end < 0
                    ? Optional.empty()
                    : Optional.of(OffsetDateTime.parse(line.substring(begin, end), format)
                            .toInstant());
        } catch (DateTimeParseException lineOfAStackTrace) {
            return Optional.empty();
        }
    }

    /** The oldest first: {@code gateway-service.log.3} is older than {@code gateway-service.log.1}, and that than {@code gateway-service.log}. */
    private static List<Path> logs(Path place) throws IOException, UserError {
        if (Files.isRegularFile(place)) {
            return List.of(place);
        }
        List<Path> logs = new ArrayList<>();
        for (Path folder : List.of(place.resolve("logs"), place)) {
            if (logs.isEmpty() && Files.isDirectory(folder)) {
                try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, LOG + "*")) {
                    found.forEach(logs::add);
                }
            }
        }
        if (logs.isEmpty()) {
            throw new UserError(
                    "There is no " + LOG + " in " + place + ". Nothing was changed.",
                    "name with --revoked-in the old data folder, a folder with the logs of the gateway, or one log");
        }
        logs.sort(
                Comparator.comparing((Path log) -> log.getFileName().toString()).reversed());
        return logs;
    }
}
