package dev.wearon.local.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a process that is nobody's child here still runs. */
final class Processes {

    private Processes() {}

    /**
     * False also for a process that has ended and that its parent has not asked about: in a container whose first process
     * does not do that, such an entry stays for ever, and holds nothing any more.
     */
    static boolean isRunning(ProcessHandle process) {
        return process.isAlive() && !isZombie(process.pid());
    }

    /** The state is the first letter after the name, which stands in parentheses and may itself hold some. */
    private static boolean isZombie(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException goneOrNotLinux) {
            return false;
        }
    }
}
