package dev.wearon.acceptance;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows that must not exist, checked on the compiled classes of all modules at once. */
class ArrowsTest {

    private static final List<String> SERVICES = List.of("gateway", "credits", "generation", "storage");
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
    private static final JavaClasses ALL = new ClassFileImporter()
            .importPaths(
                    Stream.concat(SERVICES.stream().map(name -> name + "-service"), Stream.of("service-conventions"))
                            .map(module -> Suite.ROOT.resolve(module).resolve("target/classes"))
                            .toList());

    @Test
    void sawEveryModule() {
        for (String service : SERVICES) {
            assertThat(ALL.stream().map(JavaClass::getPackageName)).anyMatch(("dev.wearon." + service)::equals);
        }
        assertThat(ALL.stream().map(JavaClass::getPackageName)).anyMatch("dev.wearon.http"::equals);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "credits", "generation", "storage"})
    void noServiceSeesTheCodeOfAnother(String service) {
        String[] others = SERVICES.stream()
                .filter(other -> !other.equals(service))
                .map(other -> "dev.wearon." + other + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("dev.wearon." + service + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(ALL);
    }

    /** The packages of service-conventions, each with those that it may depend on. */
    private static final Map<String, Set<String>> SHARED = Map.of(
            "http", Set.of(),
            "identity", Set.of(),
            "sql", Set.of(),
            "jobs", Set.of(),
            "configuration", Set.of());

    /** A word of the domain in there, or a twenty-first class, means that something is in the wrong place. */
    @Test
    void theSharedModuleHasItsPackagesAndStaysSmall() {
        List<JavaClass> shared = ALL.stream()
                .filter(type -> SERVICES.stream().noneMatch(service -> type.getPackageName()
                        .matches("dev\\.wearon\\.%s(\\..+)?".formatted(service))))
                .filter(type -> !type.isNestedClass() && !type.getSimpleName().equals("package-info"))
                .toList();
        assertThat(shared.stream().map(type -> type.getPackageName().replaceFirst("dev\\.wearon\\.", "")))
                .containsOnlyElementsOf(SHARED.keySet());
        assertThat(shared).as("classes of service-conventions").hasSizeLessThanOrEqualTo(20);
    }

    @Test
    void theSharedPackagesAreClosed() {
        SHARED.forEach((room, others) -> noClasses()
                .that()
                .resideInAPackage("dev.wearon." + room)
                .should()
                .dependOnClassesThat(resideInAPackage("dev.wearon..")
                        .and(not(resideInAnyPackage(Stream.concat(Stream.of(room), others.stream())
                                .map(name -> "dev.wearon." + name)
                                .toArray(String[]::new)))))
                .check(ALL));
    }

    @Test
    void onlyOneSharedPackageKnowsADatabaseAndNoneAQueueOrAClient() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.wearon.http", "dev.wearon.identity", "dev.wearon.jobs", "dev.wearon.configuration")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx.sqlclient..", "io.vertx.mutiny.sqlclient..")
                .check(ALL);
        noClasses()
                .that()
                .resideInAnyPackage(SHARED.keySet().stream()
                        .map(room -> "dev.wearon." + room)
                        .toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus.redis..", "io.vertx.redis..", "org.eclipse.microprofile.rest.client..")
                .check(ALL);
    }

    /** Nobody builds on the readiness check. */
    @Test
    void theCheckOfTheDatabaseIsUsedByNobody() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.wearon.sql.ProvisioningCheck")
                .and(not(describe(
                        "part of it", type -> type.getFullName().startsWith("dev.wearon.sql.ProvisioningCheck"))))
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("dev.wearon.sql.ProvisioningCheck")
                .check(ALL);
    }

    /** One way to run a statement, with its time limit; the pool itself is made in one place of credits. */
    @Test
    void statementsAreRunInOnePlace() {
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
                .check(ALL);
    }

    /**
     * What is awaited in the gateway is a Uni. The two classes that talk to a client of Vert.x turn its answers into one; what
     * they say to others is a Uni, too.
     */
    @Test
    void theGatewayHasOneAsynchronousType() {
        noClasses()
                .that()
                .resideInAPackage("dev.wearon.gateway..")
                .and(not(describe("talk to a client of Vert.x", type -> Set.of("RedisPipeline", "UpstreamCall")
                        .contains(outermost(type)))))
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "io\\.vertx\\.core\\.(Future|Promise)|java\\.util\\.concurrent\\.(Completable\\w*|CompletionStage)")
                .check(ALL);
        noMethods()
                .that()
                .areDeclaredInClassesThat()
                .haveNameMatching("dev\\.wearon\\.gateway\\..*\\.(RedisPipeline|UpstreamCall)")
                .and()
                .areNotPrivate()
                .should()
                .haveRawReturnType(describe("Future", type -> type.getName().equals("io.vertx.core.Future")))
                .check(ALL);
    }

    /** Neither Vert.x nor a client of it promises anything about these packages. */
    @Test
    void nobodyUsesTheInsidesOfVertx() {
        noClasses()
                .that()
                .resideInAPackage("dev.wearon..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx.core.impl..", "io.vertx.redis.client.impl..")
                .check(ALL);
    }

    /** A request goes in at the door, past its access, on to its delivery; the table knows none of them. */
    @Test
    void theGatewaysRequestsGoOneWay() {
        String base = "dev.wearon.gateway.";
        noClasses()
                .that()
                .resideInAPackage(base + "routing")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(base + "access", base + "forwarding", base + "door")
                .check(ALL);
        noClasses()
                .that()
                .resideInAPackage(base + "access")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(base + "forwarding", base + "door")
                .check(ALL);
        noClasses()
                .that()
                .resideInAPackage(base + "forwarding")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(base + "access", base + "door")
                .check(ALL);
    }

    private static String outermost(JavaClass type) {
        return type.getName().replaceFirst(".*\\.", "").replaceFirst("\\$.*", "");
    }

    @Test
    void onlyTheQueuePackageTouchesRedisInGeneration() {
        noClasses()
                .that()
                .resideInAPackage("dev.wearon.generation..")
                .and()
                .resideOutsideOfPackage("dev.wearon.generation.queue..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus.redis..", "io.vertx.redis..", "io.vertx.mutiny.redis..")
                .check(ALL);
    }

    @Test
    void theWorkerMayReleaseButNeverCharge() {
        noClasses()
                .that()
                .resideInAPackage("dev.wearon.generation.worker..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.wearon.generation.charging..")
                .check(ALL);
    }

    /** Charges are taken by the create's saga alone, and in the ledger by the channel whose owner pays. */
    @Test
    void onlyACreateTakesACharge() {
        String base = "dev.wearon.generation.";
        noClasses()
                .that()
                .resideInAPackage(base + ".")
                .and(not(describe("is the saga", type -> outermost(type).equals("CreateSaga"))))
                .should()
                .callMethodWhere(describe(
                        "a channel's charge is taken or its images are resolved",
                        call -> call.getTarget().getOwner().getName().equals(base + "channels.Channel")
                                && Set.of("charge", "resolve")
                                        .contains(call.getTarget().getName())))
                .check(ALL);
        noClasses()
                .that()
                .resideInAPackage(base + ".")
                .and()
                .resideOutsideOfPackages(base + "channels", base + "charging")
                .should()
                .callMethodWhere(describe(
                        "the ledger is asked past the channel",
                        call -> call.getTarget().getOwner().getName().equals(base + "charging.Charges")
                                && Set.of("charge", "release")
                                        .contains(call.getTarget().getName())))
                .check(ALL);
    }

    /** Code that handles sessions is written once: it uses the interface of a channel and no particular channel. */
    @Test
    void whatWorksOnSessionsKnowsNoChannelByName() {
        String base = "dev.wearon.generation.";
        noClasses()
                .that()
                .resideInAnyPackage(base + "sessions", base + "worker", base + "upkeep", base + "queue")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName(base + "channels.B2b")
                .check(ALL);
        noClasses()
                .that()
                .resideInAnyPackage(base + "sessions", base + "worker", base + "upkeep", base + "queue")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(base + "stores", base + "analytics", base + "reconciliation")
                .check(ALL);
        noClasses()
                .that()
                .resideInAnyPackage(base + "charging", base + "images")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(base + "channels")
                .check(ALL);
    }

    @Test
    void creditsAndStorageCallNobody() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.wearon.credits..", "dev.wearon.storage..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.eclipse.microprofile.rest.client..", "io.vertx.core.http.HttpClient..")
                .check(ALL);
    }

    /** But for the packages of the gateway whose subject is the transport itself. A buffer is bytes, wherever they go. */
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
                .check(ALL);
    }

    /**
     * What is compared with a time in the database is compared there: a service's clock is another one, and so is that of
     * each further process. Whoever reads the process's clock compares it with nothing of the database that matters.
     */
    @Test
    void onlyTheseReadTheClockOfTheProcess() {
        Set<String> readers = Set.of(
                // Ends of signed URLs and the age of blobs.
                "dev.wearon.storage.SystemTime",
                "dev.wearon.storage.signing.Signer",
                "dev.wearon.storage.signing.SignedUrls",
                "dev.wearon.storage.upkeep.OrphanSearch",
                "dev.wearon.storage.upkeep.OrphanRemoval",
                // Ends of identities, with an allowance of a minute.
                "dev.wearon.identity.VerifiedIdentities",
                // Spans that one process measures from beginning to end.
                "dev.wearon.gateway.limits.Limits",
                "dev.wearon.generation.sessions.IdempotentCreates",
                "dev.wearon.generation.worker.Leases",
                // Told to people.
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
                .check(ALL);
    }

    /** Only one class of each service that has object paths may hold their text; the gateway routes by their prefix. */
    @Test
    void onlyOneClassWritesTheTextOfAnObjectPath() throws Exception {
        try (Stream<Path> sources = Stream.of("storage-service", "generation-service", "credits-service")
                .map(module -> Suite.ROOT.resolve(module).resolve("src/main/java"))
                .flatMap(ArrowsTest::javaFiles)) {
            List<String> writers = sources.filter(file -> read(file).contains("\"stores/"))
                    .map(file -> file.getFileName().toString())
                    .toList();
            assertThat(writers).isSubsetOf("ObjectPath.java");
        }
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (java.io.IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }
}
