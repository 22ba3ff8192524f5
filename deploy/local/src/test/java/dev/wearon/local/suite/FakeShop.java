package dev.wearon.local.suite;

import dev.wearon.processes.Ports;
import dev.wearon.processes.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** A shop for tests of the supervisor, whose program only listens. */
public final class FakeShop implements DemoShop {

    private record Listener(int port) implements Program {

        @Override
        public String name() {
            return PROGRAM;
        }

        @Override
        public void prepare() {}

        @Override
        public ProcessBuilder command() {
            return new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    FakeShop.class.getName(),
                    Integer.toString(port));
        }

        @Override
        public boolean isReady() {
            return Ports.answers("127.0.0.1", port);
        }

        @Override
        public void requestStop(ProcessHandle process) {
            process.destroy();
        }
    }

    public static void main(String[] port) throws IOException {
        FakeService.serve(Integer.parseInt(port[0]));
    }

    @Override
    public Program program(Layout layout, Secrets secrets) {
        return new Listener(layout.shopPort());
    }

    @Override
    public Map<String, String> variables(Layout layout, Secrets secrets) {
        return Map.of("WEARON_SHOPIFY_CLIENT_ID", "of the fake shop");
    }

    @Override
    public List<Shop> open(Layout layout, RunFile run) {
        return List.of(
                new Shop(layout.shopUrl(), "A fake", List.of(new Customer("ann@example.com", OptionalInt.of(2)))));
    }
}
