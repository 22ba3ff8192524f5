package dev.wearon.gateway.limits;

import dev.wearon.gateway.limits.Verdict.WindowState;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The requests to {@code take.lua} and its response. */
final class TakeScript {

    private static final byte[] TEXT = text();
    private static final byte[] NAME = sha1(TEXT);

    private TakeScript() {}

    /** Works only if Redis has cached the script. */
    static Request byName(List<Window> windows, int calls) {
        return request(Command.EVALSHA, NAME, windows, calls);
    }

    static Request byText(List<Window> windows, int calls) {
        return request(Command.EVAL, TEXT, windows, calls);
    }

    static Verdict verdict(List<Window> windows, Response answer) {
        List<WindowState> states = new ArrayList<>(windows.size());
        for (int i = 0; i < windows.size(); i++) {
            states.add(new WindowState(
                    windows.get(i),
                    answer.get(2 * i + 2).toInteger(),
                    answer.get(2 * i + 3).toLong()));
        }
        return new Verdict(answer.get(0).toInteger(), answer.get(1).toLong(), states);
    }

    private static Request request(Command command, byte[] script, List<Window> windows, int calls) {
        Request request = Request.cmd(command).arg(script).arg(windows.size());
        for (Window window : windows) {
            request.arg(window.key());
        }
        for (Window window : windows) {
            request.arg(window.kind().bucketMs()).arg(window.limit());
        }
        return calls == 1 ? request : request.arg(calls);
    }

    private static byte[] text() {
        try (InputStream script = TakeScript.class.getResourceAsStream("take.lua")) {
            return script.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static byte[] sha1(byte[] script) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(script);
            return HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-1", impossible);
        }
    }
}
