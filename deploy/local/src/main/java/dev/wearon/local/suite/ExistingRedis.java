package dev.wearon.local.suite;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** An existing Redis server. Checks that it answers and accepts the credentials of its URL. */
record ExistingRedis(URI url) {

    private static final String VARIABLE = Environment.REDIS_URL;
    private static final String TLS = "rediss";
    private static final int DEFAULT_PORT = 6379;
    private static final int TIMEOUT_MS = 2_000;
    private static final int MAX_LINE = 512;

    int port() {
        return url.getPort() < 0 ? DEFAULT_PORT : url.getPort();
    }

    void requireUsable() throws UserError {
        try (Socket socket = connect()) {
            if (url.getRawUserInfo() != null) {
                require(socket, "+OK", authentication(url.getRawUserInfo()));
            }
            require(socket, "+PONG", "PING");
        } catch (IOException noAnswer) {
            throw new UserError(
                    "The server of %s does not answer as a Redis server: %s:%d (%s)."
                            .formatted(VARIABLE, url.getHost(), port(), ErrorText.of(noAnswer)),
                    "start that server, or unset " + VARIABLE + ", and wearon starts its own server");
        }
    }

    /** What the server answers to a PING, also if that is an error; empty if it does not answer. */
    Optional<String> answer() {
        try (Socket socket = connect()) {
            if (url.getRawUserInfo() != null) {
                send(socket, authentication(url.getRawUserInfo()));
            }
            return Optional.of(send(socket, "PING"));
        } catch (IOException noAnswer) {
            return Optional.empty();
        }
    }

    private Socket connect() throws IOException {
        Socket plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(url.getHost(), port()), TIMEOUT_MS);
            plain.setSoTimeout(TIMEOUT_MS);
            return url.getScheme().equals(TLS) ? encrypted(plain) : plain;
        } catch (IOException failed) {
            plain.close();
            throw failed;
        }
    }

    private Socket encrypted(Socket plain) throws IOException {
        SSLSocket socket = (SSLSocket)
                ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(plain, url.getHost(), port(), true);
        // Without this a certificate of any other host would do, and that host would get the password.
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        return socket;
    }

    /** Accepts {@code user:password}, {@code :password} and {@code password}. */
    private static String[] authentication(String userInfo) {
        String[] parts = userInfo.split(":", 2);
        String password = URLDecoder.decode(parts[parts.length - 1], StandardCharsets.UTF_8);
        return parts.length == 1 || parts[0].isEmpty()
                ? new String[] {"AUTH", password}
                : new String[] {"AUTH", URLDecoder.decode(parts[0], StandardCharsets.UTF_8), password};
    }

    /** Returns the first line of the answer. */
    private static String send(Socket socket, String... command) throws IOException {
        StringBuilder request = new StringBuilder("*" + command.length + "\r\n");
        for (String word : command) {
            int bytes = word.getBytes(StandardCharsets.UTF_8).length;
            request.append("$").append(bytes).append("\r\n").append(word).append("\r\n");
        }
        OutputStream out = socket.getOutputStream();
        out.write(request.toString().getBytes(StandardCharsets.UTF_8));
        out.flush();
        return readLine(socket);
    }

    private void require(Socket socket, String expected, String... command) throws IOException, UserError {
        String answer = send(socket, command);
        if (!answer.equals(expected)) {
            throw new UserError(
                    "The Redis server of %s (%s:%d) refused %s: %s"
                            .formatted(VARIABLE, url.getHost(), port(), command[0], answer),
                    "set " + VARIABLE + " to redis://:password@host:port with the right password (special characters"
                            + " %-encoded), or unset it, and wearon starts its own server");
        }
    }

    private static String readLine(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next;
                line.length() < MAX_LINE && (next = socket.getInputStream().read()) != '\n'; ) {
            if (next < 0) {
                throw new IOException("it closed the connection");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }
}
