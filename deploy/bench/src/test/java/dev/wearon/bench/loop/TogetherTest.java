package dev.wearon.bench.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TogetherTest {

    private static final ProcessHandle SERVER = ProcessHandle.current();

    private final ProcessHandle init = ProcessHandle.of(1).orElse(SERVER);
    private final List<String> connected = new ArrayList<>();
    private final List<String> finished = new ArrayList<>();

    /** A part with a process of its own and a server that all parts use. */
    private final class Part implements Side {

        private final String name;
        private final int maxCalls;
        private final Map<String, ProcessHandle> processes;

        private Part(String name, int maxCalls, Map<String, ProcessHandle> processes) {
            this.name = name;
            this.maxCalls = maxCalls;
            this.processes = processes;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Client connect() {
            connected.add(name);
            return null;
        }

        @Override
        public int maxCalls() {
            return maxCalls;
        }

        @Override
        public void finish(long answered) {
            finished.add(name + " " + answered);
        }

        @Override
        public Map<String, ProcessHandle> processes() {
            return processes;
        }
    }

    private final Together both = new Together(
            "both",
            List.of(
                    new Part("first", 10, Map.of("postgres", SERVER)),
                    new Part("second", 7, Map.of("postgres", init, "same", SERVER))));

    @Test
    void givesEachProcessTheSameNumberOfClients() throws Exception {
        for (int client = 0; client < 4; client++) {
            both.connect();
        }
        assertThat(connected).containsExactly("first", "second", "first", "second");
    }

    @Test
    void makesNoMoreCallsThanAnyPartCanTake() {
        assertThat(both.maxCalls()).isEqualTo(7);
    }

    @Test
    void endsTheTurnOfEachPart() throws Exception {
        both.finish(5);
        assertThat(finished).containsExactly("first 5", "second 5");
    }

    @Test
    void countsASharedProcessOnceAndNumbersThoseOfTheSameName() {
        assertThat(both.processes()).containsOnly(Map.entry("postgres", SERVER), Map.entry("postgres 2", init));
    }
}
