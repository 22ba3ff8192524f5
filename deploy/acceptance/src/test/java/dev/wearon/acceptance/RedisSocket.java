package dev.wearon.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Sends one command to Redis and returns the first line, or the text, of the reply. */
record RedisSocket(int port) {

    String send(String... command) {
        StringBuilder wire = new StringBuilder("*" + command.length + "\r\n");
        for (String word : List.of(command)) {
            wire.append("$%d\r\n%s\r\n".formatted(word.getBytes(StandardCharsets.UTF_8).length, word));
        }
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(wire.toString().getBytes(StandardCharsets.UTF_8));
            var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String first = lines.readLine();
            if (first.startsWith("-")) {
                throw new IllegalStateException(first);
            }
            return first.startsWith("$") && !first.equals("$-1") ? lines.readLine() : first.substring(1);
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }
}
