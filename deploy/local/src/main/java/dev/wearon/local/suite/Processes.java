package dev.wearon.local.suite;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Checks processes that may not be children of this one. */
final class Processes {

    private Processes() {}

    /**
     * Returns false for a zombie too, which {@link ProcessHandle#isAlive} reports as alive. In a container whose first process
     * does not reap its children, zombies stay forever.
     */
    static boolean isRunning(ProcessHandle process) {
        return process.isAlive() && !isZombie(process.pid());
    }

    /** The state is the first letter after the name; the name is in parentheses and may contain parentheses. */
    private static boolean isZombie(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException goneOrNotLinux) {
            return false;
        }
    }

    /** The {@code WEARON_} variables of a process. Empty on other systems than Linux, and if the process belongs to another user. */
    static Optional<Map<String, String>> variables(long pid) {
        try {
            String block = Files.readString(Path.of("/proc/" + pid + "/environ"), StandardCharsets.ISO_8859_1);
            Map<String, String> variables = new TreeMap<>();
            for (String variable : block.split("\0")) {
                int equals = variable.indexOf('=');
                if (variable.startsWith(Environment.PREFIX) && equals > 0) {
                    byte[] value = variable.substring(equals + 1).getBytes(StandardCharsets.ISO_8859_1);
                    variables.put(variable.substring(0, equals), new String(value, StandardCharsets.UTF_8));
                }
            }
            return Optional.of(variables);
        } catch (IOException notShown) {
            return Optional.empty();
        }
    }
}
