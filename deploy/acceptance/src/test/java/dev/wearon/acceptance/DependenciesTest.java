package dev.wearon.acceptance;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Dependencies that no service may have. Other tests have the rules about modules and about one service. */
class DependenciesTest {

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

    /** A client of HTTP or TCP, except that of the AWS SDK. */
    private static final DescribedPredicate<JavaClass> CLIENT = resideInAnyPackage(
                    "org.eclipse.microprofile.rest.client..",
                    "jakarta.ws.rs.client..",
                    "java.net.http..",
                    "io.vertx.ext.web.client..",
                    "io.vertx.mutiny.ext.web.client..")
            .or(describe("are a client of Vert.x or of the JDK", type -> type.getName()
                    .matches(
                            "io\\.vertx\\.(mutiny\\.)?core\\.(http\\.HttpClient|net\\.NetClient|http\\.WebSocketClient)\\w*"
                                    + "|java\\.net\\.((Http|Https)?URLConnection|Socket)")));

    private static final Pattern BASE = Pattern.compile("String base = \"(.+)\";");
    private static final Pattern NAME = Pattern.compile("\"(dev\\.wearon\\.[\\w.]*\\w)(\\.\\.)?\"");

    /**
     * Statements run through one class, which sets their time limit. Exception: LedgerPool of credits creates its own connection pool.
     */
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

    /** Exception: the client of a bucket. */
    @Test
    void creditsAndStorageCallNoOtherService() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.wearon.credits..", "dev.wearon.storage..")
                .should()
                .dependOnClassesThat(CLIENT)
                .check(CompiledClasses.OF_SERVICES);
        noClasses()
                .that()
                .resideInAnyPackage("dev.wearon.credits..", "dev.wearon.storage..")
                .and()
                .resideOutsideOfPackage("dev.wearon.storage.s3")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon.awssdk..")
                .check(CompiledClasses.OF_SERVICES);
    }

    /** The rule above finds the clients that exist, so a wrong name in it does not pass unnoticed. */
    @Test
    void gatewayAndGenerationHaveClients() {
        for (String service : List.of("dev.wearon.gateway", "dev.wearon.generation")) {
            assertThat(CompiledClasses.OF_SERVICES.stream()
                            .filter(type -> type.getPackageName().startsWith(service))
                            .flatMap(type -> type.getDirectDependenciesFromSelf().stream()))
                    .as(service)
                    .anyMatch(dependency -> CLIENT.test(dependency.getTargetClass()));
        }
    }

    /** A rule about a class or package that does not exist would check nothing. */
    @Test
    void everyClassAndPackageThatARuleNamesExists() {
        Set<String> existing = Stream.of(
                        CompiledClasses.OF_SERVICES, CompiledClasses.OF_DEPLOY, CompiledClasses.OF_JAVA_CLIENT)
                .flatMap(JavaClasses::stream)
                .flatMap(type -> Stream.of(type.getName(), type.getPackageName()))
                .collect(Collectors.toSet());
        for (Path rules : CompiledClasses.sources("deploy/acceptance/src/test/java")) {
            if (rules.toString().endsWith("DependenciesTest.java")) {
                String text = CompiledClasses.read(rules);
                Matcher base = BASE.matcher(text);
                String full = base.find() ? text.replace("base + \"", "\"" + base.group(1)) : text;
                assertThat(NAME.matcher(full).results().map(name -> name.group(1)))
                        .as(rules.toString())
                        .isNotEmpty()
                        .isSubsetOf(existing);
            }
        }
    }

    /** Records of these packages may use these types, because they describe HTTP. Buffers and JSON are allowed everywhere. */
    @Test
    void recordsStayFreeOfTransportTypes() {
        noClasses()
                .that()
                .areRecords()
                .and()
                .resideInAPackage("dev.wearon..")
                .and()
                .resideOutsideOfPackages(
                        "dev.wearon.routes",
                        "dev.wearon.generation.calls",
                        "dev.wearon.gateway.routing",
                        "dev.wearon.gateway.forwarding",
                        "dev.wearon.gateway.envelope")
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.vertx..", "jakarta.ws.rs..", "io.quarkus.redis..")
                        .and(not(resideInAnyPackage("io.vertx.core.buffer", "io.vertx.core.json"))))
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
                // What was created since the heartbeat before, with an overlap of a minute.
                "dev.wearon.generation.stores.StoreEvents",
                // Times of signatures and of test messages, and pauses until a time that a receiver names.
                "dev.wearon.gateway.deliveries.Deliveries",
                "dev.wearon.gateway.deliveries.StoreMessages",
                // Ends of session tokens of Shopify, with an allowance of ten seconds.
                "dev.wearon.gateway.shopify.SessionTokens",
                // The time before a call of Shopify, mostly compared with times of Shopify's clock.
                "dev.wearon.gateway.shopify.AccessTokens",
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
