package dev.wearon.acceptance;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The packages of generation-service: which may depend on which, and on what. */
class GenerationDependenciesTest {

    @Test
    void onlyTheQueueAndTheChangesUseRedis() {
        noClasses()
                .that()
                .resideInAPackage("dev.wearon.generation..")
                .and()
                .resideOutsideOfPackages("dev.wearon.generation.queue..", "dev.wearon.generation.changes")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus.redis..", "io.vertx.redis..", "io.vertx.mutiny.redis..")
                .check(CompiledClasses.OF_SERVICES);
    }

    /** So every call of another service has a time limit and a limit of its answer. */
    @Test
    void onlyTheCallsPackageUsesAnHttpClient() {
        noClasses()
                .that()
                .resideInAPackage("dev.wearon.generation..")
                .and()
                .resideOutsideOfPackage("dev.wearon.generation.calls")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("io\\.vertx\\.(mutiny\\.)?core\\.http\\.HttpClient\\w*|java\\.net\\.http\\..*")
                .check(CompiledClasses.OF_SERVICES);
    }

    /** They turn bytes into pixels and pixels into a picture, and know nothing of sessions, queues and configuration. */
    @Test
    void thePackagesOfPicturesUseOnlyEachOther() {
        Map<String, List<String>> uses = Map.of(
                "photos", List.of(),
                "people", List.of("photos"),
                "garments", List.of("photos"),
                "painting", List.of("photos", "people", "garments"));
        uses.forEach((name, others) -> classes()
                .that()
                .resideInAPackage("dev.wearon.generation." + name + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(Stream.concat(
                                Stream.of(
                                        "java..",
                                        "javax.imageio..",
                                        "net.coobird.thumbnailator..",
                                        "dev.wearon.images",
                                        "dev.wearon.generation." + name + ".."),
                                others.stream().map(other -> "dev.wearon.generation." + other))
                        .toArray(String[]::new))
                .check(CompiledClasses.OF_SERVICES));
    }

    @Test
    void theWorkerMayReleaseButNeverCharge() {
        noClasses()
                .that()
                .resideInAPackage("dev.wearon.generation.worker..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.wearon.generation.charging..")
                .check(CompiledClasses.OF_SERVICES);
    }

    /** Only the create's saga takes charges, and only through the channel whose owner pays. */
    @Test
    void onlyACreateTakesACharge() {
        String base = "dev.wearon.generation.";
        noClasses()
                .that()
                .resideInAPackage(base + ".")
                .and(not(describe("is the saga", type -> outermost(type).equals(base + "sessions.CreateSaga"))))
                .should()
                .callMethodWhere(describe(
                        "a channel's charge is taken or its images are resolved",
                        call -> call.getTarget().getOwner().getName().equals(base + "channels.Channel")
                                && Set.of("charge", "resolve")
                                        .contains(call.getTarget().getName())))
                .check(CompiledClasses.OF_SERVICES);
        noClasses()
                .that()
                .resideInAPackage(base + ".")
                .and()
                .resideOutsideOfPackages(base + "channels", base + "charging")
                .should()
                .callMethodWhere(describe(
                        "the ledger is called without the channel",
                        call -> call.getTarget().getOwner().getName().equals(base + "charging.Charges")
                                && Set.of("charge", "release")
                                        .contains(call.getTarget().getName())))
                .check(CompiledClasses.OF_SERVICES);
    }

    /** Sessions, workers and jobs are written once, for every channel. */
    @Test
    void whatWorksOnSessionsDependsOnNoChannel() {
        String base = "dev.wearon.generation.";
        noClasses()
                .that()
                .resideInAnyPackage(base + "sessions", base + "worker", base + "upkeep", base + "queue")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName(base + "channels.B2b")
                .check(CompiledClasses.OF_SERVICES);
        noClasses()
                .that()
                .resideInAnyPackage(base + "sessions", base + "worker", base + "upkeep", base + "queue")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(base + "stores", base + "analytics", base + "reconciliation")
                .check(CompiledClasses.OF_SERVICES);
        noClasses()
                .that()
                .resideInAnyPackage(base + "charging", base + "images")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(base + "channels")
                .check(CompiledClasses.OF_SERVICES);
    }

    private static String outermost(JavaClass type) {
        return type.getName().replaceFirst("\\$.*", "");
    }
}
