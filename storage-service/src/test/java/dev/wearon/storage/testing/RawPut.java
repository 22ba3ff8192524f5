package dev.wearon.storage.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Sends PUT requests over a plain socket. Unlike regular clients, it writes everything before it reads. */
public final class RawPut {

    private static final int TIMEOUT_MS = 10_000;

    private RawPut() {}

    /** Sends chunks of 1,000 bytes and no Content-Length. */
    public static String chunked(String url, String contentType, byte[] bytes) throws IOException {
        try (Socket socket = open(url, contentType, "Transfer-Encoding: chunked")) {
            OutputStream out = socket.getOutputStream();
            for (int at = 0; at < bytes.length; at += 1_000) {
                int length = Math.min(1_000, bytes.length - at);
                out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.write(bytes, at, length);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return answer(socket);
        }
    }

    public static String withLength(String url, String contentType, byte[] bytes, long declared) throws IOException {
        try (Socket socket = begin(url, contentType, bytes, declared)) {
            return answer(socket);
        }
    }

    /** Sends the whole body, with this header that declares its length. */
    public static String withHeader(String header, String url, String contentType, byte[] bytes) throws IOException {
        try (Socket socket = open(url, contentType, header)) {
            socket.getOutputStream().write(bytes);
            return answer(socket);
        }
    }

    /** Sends fewer bytes than this header declares, and no more. */
    public static String cutOff(String header, String url, String contentType, byte[] bytes) throws IOException {
        try (Socket socket = open(url, contentType, header)) {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            return answer(socket);
        }
    }

    /** Sends the head and these bytes. The caller sends the rest, or closes. */
    public static Socket begin(String url, String contentType, byte[] bytes, long declared) throws IOException {
        Socket socket = open(url, contentType, "Content-Length: " + declared);
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return socket;
    }

    /** Sends the body after 100 Continue, and returns the status lines. */
    public static List<String> expectingContinue(String url, String contentType, byte[] bytes) throws IOException {
        try (Socket socket = open(url, contentType, "Expect: 100-continue\r\nContent-Length: " + bytes.length)) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            List<String> statusLines = new ArrayList<>(List.of(in.readLine()));
            in.readLine();
            socket.getOutputStream().write(bytes);
            statusLines.add(in.readLine());
            return statusLines;
        }
    }

    private static Socket open(String url, String contentType, String header) throws IOException {
        // The parameters may have characters that a URI must not contain.
        String[] parts = Client.local(url).split("\\?", 2);
        URI uri = URI.create(parts[0]);
        Socket socket = new Socket(uri.getHost(), uri.getPort());
        socket.setSoTimeout(TIMEOUT_MS);
        String head = """
                PUT %s?%s HTTP/1.1
                Host: %s
                Connection: close
                Content-Type: %s
                %s

                """.formatted(uri.getRawPath(), parts[1], uri.getHost(), contentType, header)
                .replace("\r\n", "\n")
                .replace("\n", "\r\n");
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
