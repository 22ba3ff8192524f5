package dev.wearon.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class PortsTest {

    @Test
    void givesNoPortTwiceWithinARound() throws Exception {
        Set<Integer> given = new TreeSet<>();
        List<Callable<Integer>> callers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            callers.add(Ports::free);
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Integer> port : threads.invokeAll(callers)) {
                given.add(port.get());
            }
        }
        assertThat(given).hasSize(200);
    }

    @Test
    void skipsAPortThatIsTaken() throws IOException {
        int port = Ports.free();
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(Ports.nextFree(port - 2, 3)).isGreaterThan(taken.getLocalPort());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void givesNoneThatAnOutgoingConnectionMayTake() throws IOException {
        // Read by lines, because a partial read of this file returns too little.
        String range = Files.readAllLines(Path.of("/proc/sys/net/ipv4/ip_local_port_range"))
                .getFirst();
        int lowest = Integer.parseInt(range.split("\\s+")[0]);
        assumeThat(lowest).as("the default range of the system").isGreaterThanOrEqualTo(32_768);
        assertThat(Ports.HIGHEST).isLessThan(lowest);
        assertThat(Ports.free()).isBetween(Ports.LOWEST, Ports.HIGHEST);
    }
}
