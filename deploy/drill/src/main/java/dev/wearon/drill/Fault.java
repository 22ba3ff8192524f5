package dev.wearon.drill;

import java.time.Duration;
import java.util.Locale;

/** A fault that the drill injects into its suite. */
sealed interface Fault {

    /** SIGKILL: the program ends without any cleanup. */
    record Kill(String program) implements Fault {
        @Override
        public String toString() {
            return "kill " + program;
        }
    }

    /** SIGTERM: the program ends as in an update. */
    record Stop(String program) implements Fault {
        @Override
        public String toString() {
            return "stop " + program;
        }
    }

    /** SIGSTOP and later SIGCONT: the program stops for {@code length}, its connections stay open. */
    record Pause(String program, Duration length) implements Fault {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "pause %s for %.1f s", program, length.toMillis() / 1e3);
        }
    }

    /** FLUSHALL: Redis loses all data and keeps running. */
    record EmptyRedis(String program) implements Fault {
        @Override
        public String toString() {
            return "empty " + program;
        }
    }

    String program();
}
