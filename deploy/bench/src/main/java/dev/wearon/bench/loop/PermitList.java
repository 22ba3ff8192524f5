package dev.wearon.bench.loop;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lists of permits in Redis. Its three commands need no library. */
public final class PermitList implements AutoCloseable {

    private static final int AT_A_TIME = 1_000;
    private static final int TIMEOUT_MS = 30_000;
    private static final Pattern SESSION = Pattern.compile("\"session_id\":\"([0-9a-f-]{36})\"");

    private final Socket socket = new Socket();
    private final InputStream replies;

    /** The list from which the workers pop. */
    public static final String OF_WORKERS = "wearon:tasks:generation";

    public PermitList(String url) throws IOException {
        URI redis = URI.create(url);
        socket.connect(new InetSocketAddress(redis.getHost(), redis.getPort()), TIMEOUT_MS);
        socket.setSoTimeout(TIMEOUT_MS);
        replies = new BufferedInputStream(socket.getInputStream());
    }

    /** The sessions that the permits of a list name. */
    public Set<UUID> sessions(String list) throws IOException {
        Set<UUID> sessions = new HashSet<>();
        int from = 0;
        List<String> some;
        do {
            some = lrange(list, from, from + AT_A_TIME - 1);
            for (String permit : some) {
                Matcher session = SESSION.matcher(permit);
                if (session.find()) {
                    sessions.add(UUID.fromString(session.group(1)));
                }
            }
            from += AT_A_TIME;
        } while (!some.isEmpty());
        return sessions;
    }

    public void remove(String list) throws IOException {
        send("DEL " + list);
        reply(':');
    }

    /** Pushes a permit that any worker may pop. The worker claims the session whose turn it is, whatever the permit names. */
    public void push(String list, String permit) throws IOException {
        send("*3\r\n$5\r\nLPUSH\r\n$%d\r\n%s\r\n$%d\r\n%s".formatted(list.length(), list, permit.length(), permit));
        reply(':');
    }

    private List<String> lrange(String list, int first, int last) throws IOException {
        send("LRANGE %s %d %d".formatted(list, first, last));
        int entries = reply('*');
        List<String> some = new ArrayList<>(entries);
        for (int i = 0; i < entries; i++) {
            byte[] entry = replies.readNBytes(reply('$'));
            replies.skipNBytes(2);
            some.add(new String(entry, StandardCharsets.UTF_8));
        }
        return some;
    }

    private void send(String command) throws IOException {
        socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** The number of a reply of this type: a result, or how many entries or bytes follow. */
    private int reply(char type) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = replies.read(); next != '\n'; next = replies.read()) {
            if (next < 0) {
                throw new IOException("Redis closed the connection");
            }
            line.append((char) next);
        }
        if (line.charAt(0) != type) {
            throw new IOException("Redis replied " + line);
        }
        return Integer.parseInt(line.substring(1).strip());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
