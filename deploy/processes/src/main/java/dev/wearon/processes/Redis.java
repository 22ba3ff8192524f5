package dev.wearon.processes;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Redis on the loopback interface. Its append-only file keeps the waiting permits over a restart. A loss of that file loses no
 * session, because everything in Redis can be rebuilt from PostgreSQL.
 *
 * @param dataDir the folder of the append-only file
 * @param port a free TCP port on 127.0.0.1
 */
public record Redis(Path dataDir, int port) implements Program {

    private static final int TIMEOUT_MS = 1_000;

    @Override
    public String name() {
        return "redis";
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    @Override
    public void prepare() throws IOException {
        Files.createDirectories(dataDir);
        Binaries.redis();
    }

    @Override
    public ProcessBuilder command() {
        try {
            return new ProcessBuilder(
                    Binaries.redis().toString(),
                    "--bind",
                    "127.0.0.1",
                    "--port",
                    Integer.toString(port),
                    "--dir",
                    dataDir.toString(),
                    "--appendonly",
                    "yes",
                    "--save",
                    "",
                    "--daemonize",
                    "no");
        } catch (IOException notUnpacked) {
            throw new IllegalStateException("Call prepare() before command().", notUnpacked);
        }
    }

    @Override
    public boolean isReady() {
        return ping(TIMEOUT_MS).equals("+PONG");
    }

    /** It also answers while it loads its file or runs a long script. */
    @Override
    public boolean answers(Duration timeout) {
        return !ping(Math.toIntExact(timeout.toMillis())).isEmpty();
    }

    /** The beginning of the answer; empty when none came. */
    private String ping(int timeoutMs) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), timeoutMs);
            socket.setSoTimeout(timeoutMs);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII);
        } catch (IOException none) {
            return "";
        }
    }

    @Override
    public void requestStop(ProcessHandle process) {
        process.destroy();
    }
}
