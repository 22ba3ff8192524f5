package dev.wearon.mutation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.pitest.boot.HotSwapAgent;
import org.pitest.mutationtest.engine.Mutant;
import org.pitest.mutationtest.engine.MutationDetails;
import org.pitest.mutationtest.environment.EnvironmentResetPlugin;
import org.pitest.mutationtest.environment.ResetEnvironment;
import org.pitest.mutationtest.execute.CatchNewClassLoadersTransformer;

/**
 * Proves that a test fails because of the mutant. A mutant may leave a service that fails for good, and each mutant after it would
 * seem to be noticed; a test may also fail because the machine is busy. So a failed test must pass without the mutant, and fail
 * with it once more, in the same process. Without that proof the process ends, which pitest calls a run error, and {@link
 * MutationIT} runs the mutant again as the first one of a new process. There a service that stays broken is proof enough.
 *
 * <p>Pitest finds the tests of a process by running them. That is as much work as many mutants, so their bodies are skipped.
 */
public final class Mutants
        implements EnvironmentResetPlugin, ResetEnvironment, TestExecutionListener, InvocationInterceptor {

    /** System property: a file with the {@linkplain #id IDs} of the mutants to run, each in a process of its own. */
    static final String ONLY = "wearon.mutation.only";

    /** Pitest, JUnit's launcher and Jupiter make one instance each, or many. */
    private static boolean skipping;

    private static boolean repeating;
    private static boolean used;
    private static boolean broken;
    private static boolean first;
    private static Mutant mutant;
    private static String failed;
    private static Set<String> only = Set.of();

    static String id(String type, String method, String signature, String mutator, String index) {
        return String.join(" ", type, method, signature, mutator, index);
    }

    @Override
    public String description() {
        return "Proves that a test fails because of the mutant";
    }

    /** In processes that run mutants, before the search for tests. */
    @Override
    public ResetEnvironment make() {
        skipping = true;
        String file = System.getProperty(ONLY);
        try {
            only = file == null ? Set.of() : Set.copyOf(Files.readAllLines(Path.of(file)));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return this;
    }

    /** Pitest has not yet said that it begins with the next mutant: if this process ends, another one begins with it. */
    @Override
    public void resetFor(Mutant next) {
        skipping = !only.isEmpty() && !only.contains(id(next.getDetails()));
        if (broken || used && !skipping && !only.isEmpty()) {
            end("The next mutant needs a new process");
        }
        if (skipping) {
            mutant = null;
        } else {
            mutant = next;
            first = !used;
            used = true;
        }
    }

    private static String id(MutationDetails details) {
        return id(
                details.getClassName().asJavaName(),
                details.getMethod(),
                details.getId().getLocation().getMethodDesc(),
                details.getMutator(),
                Integer.toString(details.getFirstIndex()));
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (!repeating && result.getStatus() == TestExecutionResult.Status.FAILED) {
            System.err.println("FAILED " + test.getUniqueId() + ": "
                    + result.getThrowable().map(Throwable::toString).orElse(""));
            failed = test.getUniqueId();
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        if (mutant == null || repeating || failed == null) {
            return;
        }
        String test = failed;
        failed = null;
        swap(original());
        boolean passesWithoutMutant = passes(test);
        swap(mutant.getBytes());
        if (!passesWithoutMutant && first) {
            broken = true;
        } else if (!passesWithoutMutant || passes(test)) {
            end("Not proved by " + test + ": " + mutant.getDetails());
        }
    }

    private static boolean passes(String test) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        repeating = true;
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(DiscoverySelectors.selectUniqueId(test))
                                .build(),
                        listener);
        repeating = false;
        return listener.getSummary().getTotalFailureCount() == 0
                && listener.getSummary().getTestsSucceededCount() > 0;
    }

    private static byte[] original() {
        String file = "/" + mutant.getDetails().getClassName().asInternalName() + ".class";
        try (InputStream bytes = Mutants.class.getResourceAsStream(file)) {
            return bytes.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** As pitest does it. Its transformer puts the class that it knows in the place of every other. */
    private static void swap(byte[] bytes) {
        CatchNewClassLoadersTransformer.setMutant(
                mutant.getDetails().getClassName().asInternalName(), bytes);
        try {
            HotSwapAgent.hotSwap(
                    Class.forName(mutant.getDetails().getClassName().asJavaName()), bytes);
        } catch (ClassNotFoundException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void end(String reason) {
        System.err.println(reason);
        Runtime.getRuntime().halt(1);
    }

    @Override
    public void interceptBeforeAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        proceedOrSkip(invocation);
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        proceedOrSkip(invocation);
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        proceedOrSkip(invocation);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        proceedOrSkip(invocation);
    }

    @Override
    public void interceptDynamicTest(
            Invocation<Void> invocation, DynamicTestInvocationContext test, ExtensionContext context) throws Throwable {
        proceedOrSkip(invocation);
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        proceedOrSkip(invocation);
    }

    @Override
    public void interceptAfterAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        proceedOrSkip(invocation);
    }

    private static void proceedOrSkip(Invocation<Void> invocation) throws Throwable {
        if (skipping) {
            invocation.skip();
        } else {
            invocation.proceed();
        }
    }
}
