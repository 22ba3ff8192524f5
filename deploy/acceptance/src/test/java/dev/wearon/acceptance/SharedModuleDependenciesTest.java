package dev.wearon.acceptance;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** service-conventions: its packages, and what they may use. */
class SharedModuleDependenciesTest {

    /** The packages of service-conventions, each with those that it may depend on. */
    private static final Map<String, Set<String>> SHARED = Map.ofEntries(
            Map.entry("addresses", Set.of()),
            Map.entry("http", Set.of()),
            Map.entry("identity", Set.of()),
            Map.entry("routes", Set.of("http", "identity")),
            Map.entry("timing", Set.of()),
            Map.entry("tracing", Set.of()),
            Map.entry("batching", Set.of("timing", "tracing")),
            Map.entry("sql", Set.of("timing")),
            Map.entry("jobs", Set.of()),
            Map.entry("images", Set.of()),
            Map.entry("egress", Set.of()),
            Map.entry("paging", Set.of("http")),
            Map.entry("instances", Set.of("identity", "jobs", "sql")),
            Map.entry("configuration", Set.of()));

    /** A fifty-first class most likely belongs to one of the services. */
    @Test
    void theSharedModuleHasThesePackagesAndStaysSmall() {
        List<JavaClass> shared = CompiledClasses.OF_SERVICES.stream()
                .filter(type -> CompiledClasses.SERVICES.stream().noneMatch(service -> type.getPackageName()
                        .matches("dev\\.wearon\\.%s(\\..+)?".formatted(service))))
                .filter(type -> !type.isNestedClass() && !type.getSimpleName().equals("package-info"))
                .toList();
        assertThat(shared.stream().map(type -> type.getPackageName().replaceFirst("dev\\.wearon\\.", "")))
                .containsOnlyElementsOf(SHARED.keySet());
        assertThat(shared).as("classes of service-conventions").hasSizeLessThanOrEqualTo(50);
    }

    @Test
    void sharedPackagesDoNotDependOnEachOther() {
        SHARED.forEach((shared, others) -> noClasses()
                .that()
                .resideInAPackage("dev.wearon." + shared)
                .should()
                .dependOnClassesThat(resideInAPackage("dev.wearon..")
                        .and(not(resideInAnyPackage(Stream.concat(Stream.of(shared), others.stream())
                                .map(name -> "dev.wearon." + name)
                                .toArray(String[]::new)))))
                .check(CompiledClasses.OF_SERVICES));
    }

    @Test
    void onlyOneSharedPackageUsesADatabaseAndNoneAQueueOrAClient() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.wearon.http",
                        "dev.wearon.identity",
                        "dev.wearon.routes",
                        "dev.wearon.batching",
                        "dev.wearon.timing",
                        "dev.wearon.jobs",
                        "dev.wearon.images",
                        "dev.wearon.egress",
                        "dev.wearon.configuration")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx.sqlclient..", "io.vertx.mutiny.sqlclient..")
                .check(CompiledClasses.OF_SERVICES);
        noClasses()
                .that()
                .resideInAnyPackage(SHARED.keySet().stream()
                        .map(name -> "dev.wearon." + name)
                        .toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus.redis..", "io.vertx.redis..", "org.eclipse.microprofile.rest.client..")
                .check(CompiledClasses.OF_SERVICES);
    }

    @Test
    void nothingDependsOnTheReadinessCheckOfTheDatabase() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.wearon.sql.ProvisioningCheck")
                .and(not(describe(
                        "part of it", type -> type.getFullName().startsWith("dev.wearon.sql.ProvisioningCheck"))))
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("dev.wearon.sql.ProvisioningCheck")
                .check(CompiledClasses.OF_SERVICES);
    }
}
