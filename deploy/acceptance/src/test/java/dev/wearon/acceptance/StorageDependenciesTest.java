package dev.wearon.acceptance;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The packages of storage-service: which may depend on which, and on what. */
class StorageDependenciesTest {

    private static final String STORAGE = "dev.wearon.storage";

    private static final JavaClasses CLASSES =
            new ClassFileImporter().importPath(Suite.ROOT.resolve("storage-service/target/classes"));

    /** Each package with those that it may depend on; the empty name is the root, on which none depends. */
    private static final Map<String, Set<String>> MAY_DEPEND_ON = Map.ofEntries(
            Map.entry("", Set.of("backends", "faults")),
            Map.entry("bodies", Set.of()),
            Map.entry("images", Set.of()),
            Map.entry("signing", Set.of()),
            Map.entry("backends", Set.of()),
            Map.entry("filesystem", Set.of("backends")),
            Map.entry("s3", Set.of("backends")),
            Map.entry("ownership", Set.of("backends")),
            Map.entry("faults", Set.of("backends")),
            Map.entry("catalog", Set.of("images")),
            Map.entry("urls", Set.of("catalog", "faults", "images", "signing")),
            Map.entry("transfer", Set.of("backends", "catalog", "faults", "images", "ownership", "signing")),
            Map.entry("imports", Set.of("catalog", "faults", "images", "signing", "transfer")),
            Map.entry("upkeep", Set.of("backends", "catalog", "ownership")));

    private static String inFull(String name) {
        return name.isEmpty() ? STORAGE : STORAGE + "." + name;
    }

    @Test
    void hasThesePackages() {
        assertThat(CLASSES.stream().map(JavaClass::getPackageName))
                .containsOnlyElementsOf(MAY_DEPEND_ON.keySet().stream()
                        .map(StorageDependenciesTest::inFull)
                        .toList());
    }

    @Test
    void everyPackageDependsOnlyOnThoseItMay() {
        MAY_DEPEND_ON.forEach((name, others) -> noClasses()
                .that()
                .resideInAPackage(inFull(name))
                .should()
                .dependOnClassesThat(resideInAPackage(STORAGE + "..")
                        .and(not(resideInAnyPackage(Stream.concat(Stream.of(name), others.stream())
                                .map(StorageDependenciesTest::inFull)
                                .toArray(String[]::new)))))
                .check(CLASSES));
    }

    /** A larger package is split. */
    @Test
    void noPackageHasMoreThanTenFiles() {
        Map<String, Long> files = CLASSES.stream()
                .filter(type -> !type.isNestedClass() && !type.getSimpleName().equals("package-info"))
                // The package images has a class for each file format.
                .filter(type -> !type.getPackageName().equals(inFull("images")))
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
        assertThat(files).allSatisfy((name, count) -> assertThat(count).as(name).isLessThanOrEqualTo(10));
    }

    @Test
    void onlyTheCatalogTheImportsAndTheOwnershipUseTheDatabase() {
        noClasses()
                .that()
                .resideOutsideOfPackages(inFull("catalog"), inFull("imports"), inFull("ownership"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.wearon.sql")
                .check(CLASSES);
    }

    /** Other packages may hand on the path of a file, so that the kernel sends it, but only one package opens files. */
    @Test
    void onlyTheBackendsOpenFilesAndBuckets() {
        noClasses()
                .that()
                .resideOutsideOfPackage(inFull("filesystem"))
                .should()
                .dependOnClassesThat(describe(
                        "open files",
                        type -> type.getPackageName().startsWith("java.nio.channels")
                                || type.getFullName().equals("java.nio.file.Files")
                                || type.getFullName().matches("java\\.io\\.(File|RandomAccessFile).*")))
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage(inFull("s3"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon.awssdk..")
                .check(CLASSES);
    }

    /** Only the configuration selects a backend. */
    @Test
    void noBackendIsPublic() {
        noClasses()
                .that()
                .resideInAnyPackage(inFull("filesystem"), inFull("s3"))
                .should()
                .bePublic()
                .check(CLASSES);
    }
}
