package dev.wearon.drill;

import java.time.Duration;
import java.util.Locale;

/** What is done to the suite at one moment. */
sealed interface Fault {

    /** It ends without a chance to tidy up. */
    record Kill(String program) implements Fault {
        @Override
        public String toString() {
            return "kill " + program;
        }
    }

    /** It stands still with all its connections open, and then goes on as if nothing had been. */
    record Pause(String program, Duration length) implements Fault {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "pause %s for %.1f s", program, length.toMillis() / 1e3);
        }
    }

    /** Redis forgets everything and stays up. */
    record Empty(String program) implements Fault {
        @Override
        public String toString() {
            return "empty " + program;
        }
    }

    /** To whom it is done. */
    String program();
}
