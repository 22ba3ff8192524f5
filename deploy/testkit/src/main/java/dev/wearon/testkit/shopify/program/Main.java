package dev.wearon.testkit.shopify.program;

import dev.wearon.testkit.shopify.FakeShopify;
import java.io.IOException;
import java.time.InstantSource;

/** Starts the stand-in as a program and prints its URL. It ends with its process. */
public final class Main {

    private Main() {}

    /** @param arguments the port on 127.0.0.1; none for a free one */
    public static void main(String[] arguments) throws IOException {
        int port = arguments.length == 0 ? 0 : Integer.parseInt(arguments[0]);
        FakeShopify shopify = new FakeShopify(
                port,
                required("WEARON_SHOPIFY_CLIENT_ID"),
                required("WEARON_SHOPIFY_CLIENT_SECRET"),
                InstantSource.system());
        shopify.serve("/control", new Control(shopify)::serve);
        System.out.println(shopify.url());
    }

    /** The variables of the gateway, so that both know the same app. */
    private static String required(String variable) {
        String value = System.getenv(variable);
        if (value == null || value.isBlank()) {
            System.err.println(variable + " is not set");
            System.exit(2);
        }
        return value;
    }
}
