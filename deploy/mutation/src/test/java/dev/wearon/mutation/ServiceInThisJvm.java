package dev.wearon.mutation;

import dev.wearon.processes.OrphanGuard;
import dev.wearon.processes.Ports;
import dev.wearon.testkit.LeanRequests;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.arc.Arc;
import io.quarkus.runtime.Application;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.lang.reflect.Field;
import java.net.MalformedURLException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Runs the packaged service and its servers in a JVM of the mutation analysis, for all tests of it. The extension of Quarkus would
 * start them for each test, because the analysis runs tests one by one, and with a class loader of its own, so that a mutant
 * would not be in the service.
 */
public final class ServiceInThisJvm implements LauncherSessionListener, ExecutionCondition, TestInstancePostProcessor {

    /** System property: a test class with the servers that the service needs. */
    static final String SERVERS_OF = "wearon.mutation.servers-of";

    /** System property: the class of the profile with which the service runs; empty: none. */
    static final String PROFILE = "wearon.mutation.profile";

    /** JUnit finds this class in every JVM with this module; only in those of the analysis it has something to do. */
    private static final boolean IN_ANALYSIS = System.getProperty(SERVERS_OF) != null;

    private static boolean started;
    private static int managementPort;

    /** Before the first search for tests: no test waits for the start, and none counts it as its own time. */
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (started || !IN_ANALYSIS) {
            return;
        }
        started = true;
        try {
            start();
        } catch (Exception failed) {
            throw new IllegalStateException("The service does not start", failed);
        }
    }

    private static void start() throws Exception {
        SuiteServers servers = new SuiteServers();
        QuarkusTestResource needed = needed(Class.forName(System.getProperty(SERVERS_OF)));
        servers.init(Arrays.stream(needed.initArgs()).collect(Collectors.toMap(ResourceArg::name, ResourceArg::value)));
        servers.start().forEach(System::setProperty);
        // Pitest halts this JVM without its shutdown hooks.
        List<ProcessHandle> processes = ProcessHandle.current().children().toList();
        OrphanGuard guard = new OrphanGuard();
        processes.forEach(guard::add);
        profile().forEach(System::setProperty);
        int port = Ports.free();
        System.setProperty("quarkus.http.port", Integer.toString(port));
        managementPort = Ports.free();
        System.setProperty("quarkus.management.port", Integer.toString(managementPort));
        RestAssured.port = port;
        LeanRequests.install();
        Class<?> service = Class.forName("io.quarkus.runner.ApplicationImpl");
        ((Application) service.getConstructor().newInstance()).start(new String[0]);
    }

    /** On the class itself, or on the only one of its annotations that has it. */
    private static QuarkusTestResource needed(Class<?> test) {
        QuarkusTestResource direct = test.getAnnotation(QuarkusTestResource.class);
        return direct != null
                ? direct
                : Arrays.stream(test.getAnnotations())
                        .map(annotation -> annotation.annotationType().getAnnotation(QuarkusTestResource.class))
                        .filter(found -> found != null)
                        .findFirst()
                        .orElseThrow();
    }

    private static Map<String, String> profile() throws ReflectiveOperationException {
        String profile = System.getProperty(PROFILE, "");
        return profile.isEmpty()
                ? Map.of()
                : ((QuarkusTestProfile) Class.forName(profile).getConstructor().newInstance()).getConfigOverrides();
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        TestProfile profile = context.getRequiredTestClass().getAnnotation(TestProfile.class);
        return profile == null || profile.value().getName().equals(System.getProperty(PROFILE))
                ? ConditionEvaluationResult.enabled("The service runs as the test expects")
                : ConditionEvaluationResult.disabled("The service runs with another profile");
    }

    @Override
    public void postProcessTestInstance(Object test, ExtensionContext context) throws IllegalAccessException {
        for (Class<?> type = test.getClass(); type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.isAnnotationPresent(Inject.class)) {
                    field.setAccessible(true);
                    field.set(test, Arc.container().select(field.getType()).get());
                } else if (field.isAnnotationPresent(TestHTTPResource.class)) {
                    field.setAccessible(true);
                    field.set(test, address(field));
                }
            }
        }
    }

    private static Object address(Field field) {
        TestHTTPResource resource = field.getAnnotation(TestHTTPResource.class);
        URI address = URI.create("http://localhost:"
                + (resource.management() ? managementPort + "/q" : RestAssured.port) + resource.value());
        try {
            return field.getType() == String.class ? address.toString() : address.toURL();
        } catch (MalformedURLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
