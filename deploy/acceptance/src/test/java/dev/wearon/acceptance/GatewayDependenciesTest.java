package dev.wearon.acceptance;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The packages of gateway-service: which may depend on which, and on what. */
class GatewayDependenciesTest {

    /** They call a client of Vert.x. They turn its futures into Unis and return no future. */
    private static final Set<String> CALL_VERTX = Set.of(
            "dev.wearon.gateway.limits.RedisPipeline",
            "dev.wearon.gateway.forwarding.UpstreamCall",
            "dev.wearon.gateway.shopify.ShopifyHttp");

    /** That type is Uni. */
    @Test
    void theGatewayHasOneAsynchronousType() {
        noClasses()
                .that()
                .resideInAPackage("dev.wearon.gateway..")
                .and(not(describe("call a client of Vert.x", type -> CALL_VERTX.contains(outermost(type)))))
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "io\\.vertx\\.core\\.(Future|Promise)|java\\.util\\.concurrent\\.(Completable\\w*|CompletionStage)")
                .check(CompiledClasses.OF_SERVICES);
        noMethods()
                .that()
                .areDeclaredInClassesThat(describe("call Vert.x", type -> CALL_VERTX.contains(type.getName())))
                .and()
                .areNotPrivate()
                .should()
                .haveRawReturnType(describe("Future", type -> type.getName().equals("io.vertx.core.Future")))
                .check(CompiledClasses.OF_SERVICES);
    }

    /** A request passes the packages door, access and forwarding in this order; the routing table depends on none of them. */
    @Test
    void theGatewaysPackagesDependInOneDirection() {
        String base = "dev.wearon.gateway.";
        noClasses()
                .that()
                .resideInAPackage(base + "routing")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(base + "access", base + "forwarding", base + "door")
                .check(CompiledClasses.OF_SERVICES);
        noClasses()
                .that()
                .resideInAPackage(base + "access")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(base + "forwarding", base + "door")
                .check(CompiledClasses.OF_SERVICES);
        noClasses()
                .that()
                .resideInAPackage(base + "forwarding")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(base + "access", base + "door")
                .check(CompiledClasses.OF_SERVICES);
    }

    private static String outermost(JavaClass type) {
        return type.getName().replaceFirst("\\$.*", "");
    }
}
