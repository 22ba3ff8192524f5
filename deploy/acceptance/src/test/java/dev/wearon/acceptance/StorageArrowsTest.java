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

/** The packages of storage-service: which may look into which, and what one of them alone may touch. */
class StorageArrowsTest {

    private static final String STORAGE = "dev.wearon.storage";

    private static final JavaClasses CLASSES =
            new ClassFileImporter().importPath(Suite.ROOT.resolve("storage-service/target/classes"));

    /** Each package with those that it may depend on; the empty name is the root, on which nobody depends. */
    private static final Map<String, Set<String>> MAY_SEE = Map.ofEntries(
            Map.entry("", Set.of("backends")),
            Map.entry("bodies", Set.of()),
            Map.entry("images", Set.of()),
            Map.entry("signing", Set.of()),
            Map.entry("backends", Set.of()),
            Map.entry("filesystem", Set.of("backends")),
            Map.entry("s3", Set.of("backends")),
            Map.entry("ownership", Set.of("backends")),
            Map.entry("catalog", Set.of("images")),
            Map.entry("urls", Set.of("catalog", "images", "signing")),
            Map.entry("transfer", Set.of("backends", "catalog", "images", "ownership", "signing")),
            Map.entry("upkeep", Set.of("backends", "catalog", "ownership")));

    private static String inFull(String name) {
        return name.isEmpty() ? STORAGE : STORAGE + "." + name;
    }

    @Test
    void thePackagesAreThese() {
        assertThat(CLASSES.stream().map(JavaClass::getPackageName))
                .containsOnlyElementsOf(
                        MAY_SEE.keySet().stream().map(StorageArrowsTest::inFull).toList());
    }

    @Test
    void everyPackageSeesOnlyThoseItMay() {
        MAY_SEE.forEach((name, others) -> noClasses()
                .that()
                .resideInAPackage(inFull(name))
                .should()
                .dependOnClassesThat(resideInAPackage(STORAGE + "..")
                        .and(not(resideInAnyPackage(Stream.concat(Stream.of(name), others.stream())
                                .map(StorageArrowsTest::inFull)
                                .toArray(String[]::new)))))
                .check(CLASSES));
    }

    /** The capability splits before it grows further. */
    @Test
    void noPackageHasMoreThanTenFiles() {
        Map<String, Long> files = CLASSES.stream()
                .filter(type -> !type.isNestedClass() && !type.getSimpleName().equals("package-info"))
                // The walk through a file has a class for each kind of file.
                .filter(type -> !type.getPackageName().equals(inFull("images")))
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
        assertThat(files).allSatisfy((name, count) -> assertThat(count).as(name).isLessThanOrEqualTo(10));
    }

    @Test
    void onlyTheCatalogAndTheOwnerAskTheDatabase() {
        noClasses()
                .that()
                .resideOutsideOfPackages(inFull("catalog"), inFull("ownership"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.wearon.sql")
                .check(CLASSES);
    }

    /** A path to a file may be handed on, so that the kernel can send it; it is opened in one package. */
    @Test
    void onlyTheBackendsTouchFilesAndBuckets() {
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

    /** Which backend it is, nobody knows but the configuration. */
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
