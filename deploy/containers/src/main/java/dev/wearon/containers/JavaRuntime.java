package dev.wearon.containers;

import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The base of the images: a Java runtime with the modules that the services need, and the shared libraries of this machine that
 * it needs. There is no shell and no other program.
 *
 * @param context the context of its image
 */
record JavaRuntime(Path context) {

    /** Where the runtime is in the image, as in the usual public images. */
    private static final String HOME = "opt/java/openjdk";

    private static final String MODULES = String.join(
            ",",
            "java.base",
            "java.compiler",
            "java.datatransfer",
            "java.desktop",
            "java.instrument",
            "java.logging",
            "java.management",
            "java.naming",
            "java.net.http",
            "java.prefs",
            "java.rmi",
            "java.security.jgss",
            "java.security.sasl",
            "java.sql",
            "java.transaction.xa",
            "java.xml",
            "jdk.attach",
            "jdk.crypto.ec",
            "jdk.jcmd",
            "jdk.jfr",
            "jdk.management",
            "jdk.naming.dns",
            "jdk.net",
            "jdk.unsupported",
            "jdk.zipfs");

    /** Windows, sound and fonts: the services run headless and write no text into pictures. */
    private static final String LEFT_OUT = "**libawt_xawt.so,**libjawt.so,**libsplashscreen.so,**libjsound.so,"
            + "**libfontmanager.so,**libfreetype.so";

    /** The packages of java.desktop for the same, with those below them. */
    private static final List<String> LEFT_OUT_OF_DESKTOP = List.of(
            "javax/swing", "com/sun/java/swing", "com/sun/swing", "sun/swing", "com/sun/media/sound", "sun/awt/X11");

    /** An annotation that {@code java.beans} reads. */
    private static final String SWING_CONTAINER = "SwingContainer.class";

    /** Which the C library loads by name, so no file says that it needs them. Newer versions contain them. */
    private static final List<String> LOADED_BY_NAME =
            List.of("libnss_dns.so.2", "libnss_files.so.2", "libresolv.so.2");

    /** Not on every system; some C libraries contain it. */
    private static final Path LOCALE = Path.of("/usr/lib/locale/C.utf8");

    private static final Pattern LIBRARY = Pattern.compile("(?m)^\\s*(?:\\S+ => )?(/\\S+) \\(0x");
    private static final Pattern MISSING = Pattern.compile("(?m)^\\s*(\\S+) => not found");

    /** The owner of the processes; without an entry the JVM would not know a home folder. */
    private static final String USERS = """
            root:x:0:0:root:/nonexistent:/nonexistent
            wearon:x:10001:10001:WearOn:/nonexistent:/nonexistent
            """;

    private static final String GROUPS = "root:x:0:\nwearon:x:10001:\n";
    private static final int MINUTES = 5;

    private Path files() {
        return context.resolve("files");
    }

    Path home() {
        return files().resolve(HOME);
    }

    Path java() {
        return home().resolve("bin/java");
    }

    /** The shared libraries, for the bill of materials. */
    List<Path> libraries() throws IOException {
        return ContextFolder.filesIn(files()).stream()
                .filter(file -> !file.startsWith(home()))
                .filter(file -> file.getFileName().toString().contains(".so"))
                .toList();
    }

    /**
     * Makes it, unless the same JDK has made it already.
     *
     * @return whether it was made: then caches of the one before do not fit
     */
    boolean make(Consumer<String> progress) throws IOException, UserError {
        Path mark = context.resolve("made-of");
        String jdk = "%s %s %s %s"
                .formatted(
                        System.getProperty("java.home"),
                        System.getProperty("java.vm.version"),
                        MODULES.hashCode(),
                        Objects.hash(LEFT_OUT, LEFT_OUT_OF_DESKTOP));
        if (Files.exists(mark) && Files.readString(mark).equals(jdk)) {
            return false;
        }
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new UserError(
                    "A Java runtime for Linux can only be made on Linux.",
                    "build on Linux, or name an image with a Java runtime: --base-image eclipse-temurin:25-jre");
        }
        progress.accept("making the Java runtime of the images");
        ContextFolder.empty(context);
        Files.createDirectories(home().getParent());
        jlink();
        boolean smaller = removeSymbols();
        copyLibraries();
        ContextFolder.write(files().resolve("etc/passwd"), USERS);
        ContextFolder.write(files().resolve("etc/group"), GROUPS);
        ContextFolder.write(files().resolve("etc/nsswitch.conf"), "hosts: files dns\n");
        ContextFolder.settleAll(files());
        // A tmpfs that is mounted there gets the same rights.
        Files.setAttribute(Files.createDirectories(files().resolve("tmp")), "unix:mode", 01777);
        Files.writeString(mark, jdk);
        if (!smaller) {
            progress.accept(
                    "the program strip is missing, so each image is 5 MB larger (Debian: apt-get install binutils)");
        }
        return true;
    }

    private void jlink() throws IOException, UserError {
        Path program = Path.of(System.getProperty("java.home"), "bin/jlink");
        Commands.require(
                MINUTES,
                List.of(
                        program.toString(),
                        "--add-modules",
                        MODULES,
                        "--strip-debug",
                        "--no-header-files",
                        "--no-man-pages",
                        "--compress",
                        "zip-9",
                        "--exclude-files",
                        LEFT_OUT,
                        "--exclude-resources=@" + unusedClasses(),
                        "--output",
                        home().toString()),
                "set JAVA_HOME to a complete JDK, with the program jlink");
    }

    /**
     * A file with the classes of {@link #LEFT_OUT_OF_DESKTOP}: four megabytes. jlink cannot leave out a package, so one file of
     * each stays.
     */
    private Path unusedClasses() throws IOException {
        Path desktop = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules/java.desktop");
        List<String> unused = new ArrayList<>();
        for (String top : LEFT_OUT_OF_DESKTOP) {
            try (Stream<Path> below = Files.walk(desktop.resolve(top))) {
                below.filter(Files::isRegularFile)
                        .collect(Collectors.groupingBy(Path::getParent))
                        .values()
                        .forEach(files -> files.stream()
                                .sorted(Comparator.comparing(file -> !file.endsWith(SWING_CONTAINER)))
                                .skip(1)
                                .forEach(file -> unused.add("/java.desktop/" + desktop.relativize(file))));
            }
        }
        return Files.write(context.resolve("unused-classes"), unused);
    }

    private boolean removeSymbols() throws IOException {
        Path jvm = home().resolve("lib/server/libjvm.so");
        return Commands.run(MINUTES, List.of("strip", "--strip-unneeded", jvm.toString()))
                        .exitCode()
                == 0;
    }

    private void copyLibraries() throws IOException, UserError {
        Set<Path> libraries = new TreeSet<>();
        List<Path> missing = new ArrayList<>();
        for (Path file : ContextFolder.filesIn(home())) {
            String name = file.getFileName().toString();
            if (name.endsWith(".so") || name.equals("java") || name.equals("jspawnhelper")) {
                String needed = Commands.require(
                        MINUTES, List.of("ldd", file.toString()), "install ldd, a part of the C library's programs");
                if (MISSING.matcher(needed.replaceAll("libjvm\\.so => not found", ""))
                        .find()) {
                    missing.add(file);
                }
                Matcher found = LIBRARY.matcher(needed);
                while (found.find()) {
                    libraries.add(Path.of(found.group(1)));
                }
            }
        }
        libraries.removeIf(library -> library.startsWith(home()));
        if (!missing.isEmpty()) {
            throw new UserError(
                    "Libraries that the Java runtime needs are missing: " + missing, "see: ldd " + missing.getFirst());
        }
        for (Path library : List.copyOf(libraries)) {
            for (String name : LOADED_BY_NAME) {
                Path beside = library.resolveSibling(name);
                if (library.getFileName().toString().equals("libc.so.6") && Files.exists(beside)) {
                    libraries.add(beside);
                }
            }
        }
        // Otherwise the JVM would write logs in ASCII.
        for (Path file : ContextFolder.filesIn(LOCALE)) {
            ContextFolder.copy(file, files().resolve(file.toString().substring(1)));
        }
        for (Path library : libraries) {
            ContextFolder.copy(library, files().resolve(library.toString().substring(1)));
        }
    }
}
