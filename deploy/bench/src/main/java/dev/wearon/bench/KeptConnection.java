package dev.wearon.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kept HTTP/1.1 connection with one call at a time. It reads no more of an answer than it must: the load shares the
 * processors with what it measures, and a whole HTTP client takes a good part of them.
 */
final class KeptConnection {

    private static final Buffer OK = Buffer.buffer("HTTP/1.1 200 ");

    /** Of an answer that is not the expected one: its head, its length and what has come of its body. */
    private static final Pattern ANSWER =
            Pattern.compile("(?is)HTTP/1.1 (.*?)\r\n.*?content-length: *(\\d+).*?\r\n\r\n(.*)");

    private final NetSocket socket;
    private final Buffer end;
    private Buffer received;
    private Promise<Void> answer = Promise.promise();

    /** @param body the only one that counts, with a status of 200 */
    KeptConnection(NetSocket socket, String body) {
        this.socket = socket;
        this.end = Buffer.buffer("\r\n\r\n" + body);
        socket.handler(this::receive);
        socket.closeHandler(closed -> answer.tryFail("the service closed a connection"));
    }

    /** Succeeds when the answer is the expected one. */
    Future<Void> ask(Buffer request) {
        answer = Promise.promise();
        received = null;
        Future<Void> outcome = answer.future();
        socket.write(request);
        return outcome;
    }

    Future<Void> close() {
        return socket.close();
    }

    private void receive(Buffer part) {
        received = received == null ? part : received.appendBuffer(part);
        if (isExpected(received)) {
            answer.tryComplete();
            return;
        }
        Matcher other = ANSWER.matcher(received.toString());
        if (other.matches() && other.group(3).length() >= Integer.parseInt(other.group(2))) {
            answer.tryFail("the service answered %s %s".formatted(other.group(1), other.group(3)));
        }
    }

    private boolean isExpected(Buffer text) {
        int body = text.length() - end.length();
        return body > OK.length()
                && text.slice(0, OK.length()).equals(OK)
                && text.slice(body, text.length()).equals(end);
    }
}
