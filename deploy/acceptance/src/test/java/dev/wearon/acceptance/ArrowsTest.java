package dev.wearon.acceptance;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Dependencies that no service may have. Rules about modules and about one service have tests of their own. */
class ArrowsTest {

    private static final Set<String> CLOCK = Set.of(
            "Clock.instant",
            "Clock.millis",
            "Clock.systemUTC",
            "Instant.now",
            "LocalDate.now",
            "LocalDateTime.now",
            "OffsetDateTime.now",
            "ZonedDateTime.now",
            "System.currentTimeMillis");

    /** Statements run through one class, which sets their time limit. One class of credits makes the pool itself. */
    @Test
    void onlyTheSqlPackageRunsStatements() {
        noClasses()
                .that()
                .resideInAPackage("dev.wearon..")
                .and()
                .resideOutsideOfPackage("dev.wearon.sql")
                .and()
                .doNotHaveFullyQualifiedName("dev.wearon.credits.ledger.LedgerPool")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "io\\.vertx\\.(mutiny\\.)?(sqlclient|pgclient)\\.(Pg)?Pool|javax\\.sql\\..*|io\\.agroal\\..*")
                .check(CompiledClasses.OF_SERVICES);
    }

    /** These packages may change with every release of Vert.x. */
    @Test
    void nothingUsesTheInternalPackagesOfVertx() {
        noClasses()
                .that()
                .resideInAPackage("dev.wearon..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx.core.impl..", "io.vertx.redis.client.impl..")
                .check(CompiledClasses.OF_SERVICES);
    }

    @Test
    void creditsAndStorageCallNoOtherService() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.wearon.credits..", "dev.wearon.storage..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.eclipse.microprofile.rest.client..", "io.vertx.core.http.HttpClient..")
                .check(CompiledClasses.OF_SERVICES);
    }

    /** Except in the packages of the gateway that are about the transport. A buffer only holds bytes. */
    @Test
    void recordsStayFreeOfTransportTypes() {
        noClasses()
                .that()
                .areRecords()
                .and()
                .resideInAPackage("dev.wearon..")
                .and()
                .resideOutsideOfPackages(
                        "dev.wearon.gateway.routing", "dev.wearon.gateway.forwarding", "dev.wearon.gateway.envelope")
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.vertx..", "jakarta.ws.rs..", "io.quarkus.redis..")
                        .and(not(resideInAPackage("io.vertx.core.buffer"))))
                .check(CompiledClasses.OF_SERVICES);
    }

    /**
     * A time in the database is compared with the clock of the database, because the clocks of the processes differ. These classes
     * read the clock of their process for other things.
     */
    @Test
    void onlyTheseClassesReadTheClockOfTheProcess() {
        Set<String> readers = Set.of(
                // Ends of signed URLs and the age of blobs.
                "dev.wearon.storage.SystemTime",
                "dev.wearon.storage.signing.Signer",
                "dev.wearon.storage.signing.SignedUrls",
                "dev.wearon.storage.upkeep.OrphanSearch",
                "dev.wearon.storage.upkeep.OrphanRemoval",
                // Ends of identities, with an allowance of a minute.
                "dev.wearon.identity.VerifiedIdentities",
                // Durations that one process measures.
                "dev.wearon.gateway.limits.Limits",
                "dev.wearon.generation.sessions.IdempotentCreates",
                "dev.wearon.generation.worker.Leases",
                // Times for people to read.
                "dev.wearon.gateway.merchant.HealthResource",
                "dev.wearon.generation.reconciliation.ReconciliationResource",
                "dev.wearon.generation.sessions.CreateSaga",
                "dev.wearon.generation.upkeep.Sweeper");
        noClasses()
                .that(not(describe("may read it", type -> readers.contains(type.getFullName()))))
                .should()
                .accessTargetWhere(describe(
                        "the clock is read",
                        access -> CLOCK.contains(access.getTarget().getOwner().getSimpleName() + "."
                                + access.getTarget().getName())))
                .check(CompiledClasses.OF_SERVICES);
    }

    /** In each service one class at most builds and parses object paths. The gateway only routes by their prefix. */
    @Test
    void onlyOneClassSpellsObjectPaths() {
        List<String> writers = Stream.of("storage-service", "generation-service", "credits-service")
                .flatMap(module -> CompiledClasses.sources(module + "/src/main/java").stream())
                .filter(file -> CompiledClasses.read(file).contains("\"stores/"))
                .map(file -> file.getFileName().toString())
                .toList();
        assertThat(writers).isSubsetOf("ObjectPath.java");
    }
}
