package dev.wearon.local.suite;

import dev.wearon.processes.Program;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.ServiceLoader;

/**
 * The shop of {@code wearon demo --shop}: a program of the suite, and what must exist in it and in WearOn before somebody can try
 * something on. Its module registers it in {@code META-INF/services}, so {@code deploy/local} does not depend on that module.
 */
public interface DemoShop {

    /** The name of the program. */
    String PROGRAM = "shopify";

    /**
     * A shop with products.
     *
     * @param url of its front page
     * @param shows what it shows, in a few words
     */
    record Shop(String url, String shows, List<Customer> customers) {}

    /**
     * Somebody to log in as.
     *
     * @param credits empty if the shop pays
     */
    record Customer(String email, OptionalInt credits) {}

    /** The program, with the name {@value #PROGRAM}. It serves the shops on {@link Layout#shopPort()}. */
    Program program(Layout layout, Secrets secrets);

    /** The variables of the services that let them work with the program. They replace those of the caller. */
    Map<String, String> variables(Layout layout, Secrets secrets);

    /** Creates what is missing in the shops and in WearOn, and gives credits where they ran out. May be repeated. */
    List<Shop> open(Layout layout, RunFile run) throws IOException, UserError;

    /** The shop on the class path. */
    static DemoShop installed() throws UserError {
        return ServiceLoader.load(DemoShop.class)
                .findFirst()
                .orElseThrow(() -> new UserError(
                        "The demo shop is not on the class path of this command.",
                        "build it: ./mvnw -DskipTests package"));
    }
}
