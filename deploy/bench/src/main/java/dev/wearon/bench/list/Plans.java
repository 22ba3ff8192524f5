package dev.wearon.bench.list;

import dev.wearon.processes.Waiting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Reads what auto_explain writes into the log of PostgreSQL about the statement of a page. */
final class Plans {

    /** Only the statement of a page has this column in its text. */
    private static final String PAGE = "deadline_at, completed_at, images_expire_at";

    /** The lines of a statement begin with a tab, except the first. */
    private static final Pattern LOGGED =
            Pattern.compile("duration: ([0-9.]+) ms  plan:\\R((?:\\t.*(?:\\R|$))+)", Pattern.MULTILINE);

    private static final Pattern END_OF_QUERY = Pattern.compile("(?m)^\\t(?=[A-Z][A-Za-z ]+  \\(cost=)");
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /**
     * @param medianMs of all executions, in PostgreSQL
     * @param text of one of them
     */
    record Plan(double medianMs, String text) {}

    private final Path log;

    Plans(Path log) {
        this.log = log;
    }

    /** A call that reads a page. */
    @FunctionalInterface
    interface Call {
        void run() throws Exception;
    }

    /** Repeats the call, and waits until the log has the plan of each. */
    Plan of(Call call, int times) throws Exception {
        long from = log.toFile().length();
        for (int i = 0; i < times; i++) {
            call.run();
        }
        if (!Waiting.until(TIMEOUT, () -> logged(from).size() >= times)) {
            throw new IOException("the log of PostgreSQL has no plan of a page: " + log);
        }
        List<MatchResult> logged = logged(from);
        double median = logged.stream()
                .mapToDouble(one -> Double.parseDouble(one.group(1)))
                .sorted()
                .skip(logged.size() / 2)
                .findFirst()
                .orElseThrow();
        return new Plan(median, plan(logged.getLast().group(2)));
    }

    private List<MatchResult> logged(long from) throws IOException {
        try (FileChannel channel = FileChannel.open(log)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size() - from));
            channel.read(bytes, from);
            return LOGGED.matcher(new String(bytes.array(), StandardCharsets.UTF_8))
                    .results()
                    .filter(one -> one.group(2).contains(PAGE))
                    .toList();
        }
    }

    private static String plan(String logged) {
        return END_OF_QUERY
                .matcher(logged)
                .results()
                .findFirst()
                .map(start -> logged.substring(start.start()))
                .orElse(logged)
                .replace("\t", "");
    }
}
