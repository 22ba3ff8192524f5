package dev.wearon.acceptance;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The compiled main classes of the modules, for rules about their dependencies. */
final class CompiledClasses {

    static final List<String> SERVICES = List.of("gateway", "credits", "generation", "storage");

    /** The modules below {@code deploy}; each has a package of this name. */
    static final List<String> DEPLOY =
            List.of("processes", "storefront", "testkit", "local", "bench", "drill", "demo", "containers");

    /** The services, and what they share. */
    static final JavaClasses OF_SERVICES =
            of(Stream.concat(SERVICES.stream().map(name -> name + "-service"), Stream.of("service-conventions")));

    static final JavaClasses OF_DEPLOY = of(DEPLOY.stream().map(name -> "deploy/" + name));

    static final JavaClasses OF_JAVA_CLIENT = of(Stream.of("clients/java"));

    private CompiledClasses() {}

    private static JavaClasses of(Stream<String> modules) {
        return new ClassFileImporter()
                .importPaths(modules.map(module -> Suite.ROOT.resolve(module).resolve("target/classes"))
                        .toList());
    }

    /** The sources of a module, or of a part of it. */
    static List<Path> sources(String folder) {
        try (Stream<Path> files = Files.walk(Suite.ROOT.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
