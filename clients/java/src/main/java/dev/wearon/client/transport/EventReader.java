package dev.wearon.client.transport;

import dev.wearon.client.errors.Facts;
import dev.wearon.client.errors.WearOnException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** Reads events. One that has no end is left out: the connection broke off in it. */
final class EventReader {

    /** The largest event that the API sends has less than a tenth of this. */
    private static final int LARGEST_EVENT = 1024 * 1024;

    private static final String USUAL_NAME = "message";

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final List<String> data = new ArrayList<>();
    private final Queue<Event> whole = new ArrayDeque<>();
    private String name = USUAL_NAME;

    /** Of the lines of the event that has not ended. */
    private int size;

    /** The next event of what was read. */
    Optional<Event> next() {
        return Optional.ofNullable(whole.poll());
    }

    void read(byte[] part) {
        for (byte next : part) {
            if (next == '\n') {
                line(line.toString(StandardCharsets.UTF_8));
                line.reset();
            } else if (next != '\r') {
                line.write(next);
            }
        }
        if (size + line.size() > LARGEST_EVENT) {
            throw new WearOnException(WearOnException.UNEXPECTED_RESPONSE, "An event is too large.", Facts.NONE, null);
        }
    }

    private void line(String text) {
        size += text.length();
        if (text.isEmpty()) {
            if (!data.isEmpty()) {
                whole.add(new Event(name, String.join("\n", data)));
            }
            name = USUAL_NAME;
            data.clear();
            size = 0;
            return;
        }
        String[] parts = text.split(": ?", 2);
        String value = parts.length > 1 ? parts[1] : "";
        switch (parts[0]) {
            case "event" -> name = value;
            case "data" -> data.add(value);
            default -> {
                // Comments, ids and what a later version may add.
            }
        }
    }
}
