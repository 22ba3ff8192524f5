package dev.wearon.acceptance;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which modules may depend on which. */
class ModuleDependenciesTest {

    /** The modules below {@code deploy}, each with those modules of this project on which it may depend. */
    private static final Map<String, Set<String>> DEPLOY = Map.of(
            "processes", Set.of("configuration"),
            "storefront", Set.of(),
            "testkit", Set.of("processes", "identity", "storefront"),
            "local", Set.of("processes", "configuration"),
            "bench", Set.of("processes", "local"),
            "drill", Set.of("processes", "local", "testkit"),
            "demo", Set.of("processes", "local", "testkit"),
            "containers", Set.of("processes", "local"));

    @Test
    void everyModuleIsChecked() {
        for (String service : CompiledClasses.SERVICES) {
            assertThat(CompiledClasses.OF_SERVICES.stream().map(JavaClass::getPackageName))
                    .anyMatch(("dev.wearon." + service)::equals);
        }
        assertThat(CompiledClasses.OF_SERVICES.stream().map(JavaClass::getPackageName))
                .anyMatch("dev.wearon.http"::equals);
        assertThat(DEPLOY.keySet()).containsExactlyInAnyOrderElementsOf(CompiledClasses.DEPLOY);
        for (String module : CompiledClasses.DEPLOY) {
            assertThat(CompiledClasses.OF_DEPLOY.stream().map(JavaClass::getPackageName))
                    .anyMatch(name -> name.startsWith("dev.wearon." + module));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "credits", "generation", "storage"})
    void noServiceDependsOnAnotherOrOnDeploy(String service) {
        String[] others = Stream.concat(CompiledClasses.SERVICES.stream(), CompiledClasses.DEPLOY.stream())
                .filter(other -> !other.equals(service))
                .map(other -> "dev.wearon." + other + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("dev.wearon." + service + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(CompiledClasses.OF_SERVICES);
    }

    @Test
    void modulesOfDeployDependOnlyOnThoseTheyMay() {
        DEPLOY.forEach((module, others) -> noClasses()
                .that()
                .resideInAPackage("dev.wearon." + module + "..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.wearon..")
                        .and(not(resideInAnyPackage(Stream.concat(Stream.of(module), others.stream())
                                .map(name -> "dev.wearon." + name + "..")
                                .toArray(String[]::new)))))
                .check(CompiledClasses.OF_DEPLOY));
    }

    @Test
    void theClientForJavaNeedsOnlyTheJdkAndJackson() {
        assertThat(CompiledClasses.OF_JAVA_CLIENT.stream().map(JavaClass::getSimpleName))
                .contains("WearOn", "Generation");
        noClasses()
                .should()
                .dependOnClassesThat(not(resideInAnyPackage(
                        "dev.wearon.client..", "java..", "javax.crypto..", "com.fasterxml.jackson..")))
                .check(CompiledClasses.OF_JAVA_CLIENT);
    }

    /** Only ServiceEnvironment creates the environment of a service. Checked for a variable that every service needs. */
    @Test
    void onlyOneClassSpellsTheEnvironmentOfTheServices() {
        Pattern everyService = Pattern.compile("\"(WEARON_IDENTITY_PUBLIC_KEYS|wearon\\.identity\\.public-keys)\"");
        assertThat(CompiledClasses.sources("deploy").stream()
                        .filter(file ->
                                everyService.matcher(CompiledClasses.read(file)).find())
                        .map(file -> file.getFileName().toString()))
                .containsExactlyInAnyOrder("ServiceEnvironment.java", "ServiceEnvironmentTest.java");
    }
}
