package dev.wearon.local.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
}
