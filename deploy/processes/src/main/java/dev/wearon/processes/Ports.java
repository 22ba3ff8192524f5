package dev.wearon.processes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * TCP ports of the loopback interface.
 *
 * <p>The range lies below the ports of outgoing connections (from 32768 on Linux, 49152 on macOS), so no connection takes a port
 * before its server binds it. All processes of a user share one counter, which begins again after the last port. So two tests at
 * the same time do not get the same port.
 */
public final class Ports {

    static final int LOWEST = 16_000;
    static final int HIGHEST = 31_999;

    private static final String LISTENING = "0A";

    private Ports() {}

    /** A free port; no other call gets it before the counter has gone through the whole range. */
    public static int free() throws IOException {
        return freeRange(1);
    }

    /**
     * The first of {@code count} free ports in a row; no other call gets them before the counter has gone through the whole
     * range.
     *
     * @throws IOException when the range has no such row, or the file of the counter cannot be written
     */
    public static int freeRange(int count) throws IOException {
        Path counter = Path.of(System.getProperty("java.io.tmpdir"), "wearon-ports-" + System.getProperty("user.name"));
        // The file lock excludes other processes; the monitor excludes other threads, also those of other class
        // loaders.
        synchronized (System.class) {
            try (FileChannel file = FileChannel.open(
                            counter, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                    FileLock lock = file.lock()) {
                int first = nextFree(lastGiven(file), count);
                file.write(StandardCharsets.US_ASCII.encode("%5d".formatted(first + count - 1)), 0);
                return first;
            }
        }
    }

    private static int lastGiven(FileChannel file) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(5);
        file.read(text, 0);
        String last = StandardCharsets.US_ASCII.decode(text.flip()).toString().strip();
        return last.matches("\\d+") ? Integer.parseInt(last) : HIGHEST;
    }

    /** @param last the search begins after this port */
    static int nextFree(int last, int count) throws IOException {
        int candidate = last + 1;
        for (int tried = LOWEST; tried <= HIGHEST; tried++, candidate++) {
            if (candidate < LOWEST || candidate + count - 1 > HIGHEST) {
                candidate = LOWEST;
            }
            if (IntStream.range(candidate, candidate + count).allMatch(Ports::isFree)) {
                return candidate;
            }
        }
        throw new IOException("No %d free ports in a row between %d and %d".formatted(count, LOWEST, HIGHEST));
    }

    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    /** Whether something accepts connections there. */
    public static boolean answers(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), 2_000);
            return true;
        } catch (IOException unreachable) {
            return false;
        }
    }

    /** The process that listens on {@code port}. Empty on other systems than Linux, and for processes of other users. */
    public static Optional<ProcessHandle> holder(int port) {
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            Optional<ProcessHandle> holder =
                    listeningSocket(Path.of(table), port).flatMap(Ports::ownerOf);
            if (holder.isPresent()) {
                return holder;
            }
        }
        return Optional.empty();
    }

    /** The columns of {@code /proc/net/tcp}: number, local address, remote address, state, ..., inode at 9. */
    private static Optional<String> listeningSocket(Path table, int port) {
        String suffix = ":%04X".formatted(port);
        try (var lines = Files.lines(table)) {
            return lines.map(line -> line.trim().split("\\s+"))
                    .filter(columns -> columns.length > 9 && columns[3].equals(LISTENING))
                    .filter(columns -> columns[1].endsWith(suffix))
                    .map(columns -> "socket:[" + columns[9] + "]")
                    .findFirst();
        } catch (IOException notLinux) {
            return Optional.empty();
        }
    }

    private static Optional<ProcessHandle> ownerOf(String socket) {
        return ProcessHandle.allProcesses()
                .filter(process -> holds(process.pid(), socket))
                .findFirst();
    }

    private static boolean holds(long pid, String socket) {
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path descriptor : descriptors) {
                if (Files.readSymbolicLink(descriptor).toString().equals(socket)) {
                    return true;
                }
            }
            return false;
        } catch (IOException | DirectoryIteratorException goneOrForeign) {
            return false;
        }
    }
}
