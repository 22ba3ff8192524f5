package dev.wearon.testkit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.processes.Ports;
import dev.wearon.processes.Program;
import dev.wearon.storefront.StorefrontAsset;
import dev.wearon.testkit.shopify.program.Main;
import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The stand-in of Shopify as a process. Its class path is that of these classes, of the try-on and of Jackson.
 *
 * @param port a free TCP port on 127.0.0.1
 * @param clientId of the app
 * @param clientSecret signs webhooks, session tokens and calls of the app proxy
 */
public record ShopifyServer(int port, String clientId, String clientSecret) implements Program {

    private static final int TIMEOUT_MS = 1_000;

    public static ShopifyServer of(String clientId, String clientSecret) throws IOException {
        return new ShopifyServer(Ports.free(), clientId, clientSecret);
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Under which its switches are; see {@code Control}. */
    public String controlUrl() {
        return url() + "/control";
    }

    @Override
    public String name() {
        return "shopify";
    }

    @Override
    public void prepare() {}

    @Override
    public ProcessBuilder command() {
        String classPath = Stream.of(
                        Main.class, StorefrontAsset.class, ObjectMapper.class, JsonFactory.class, JsonCreator.class)
                .map(ShopifyServer::place)
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        ProcessBuilder command = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                classPath,
                Main.class.getName(),
                Integer.toString(port)));
        command.environment()
                .putAll(Map.of("WEARON_SHOPIFY_CLIENT_ID", clientId, "WEARON_SHOPIFY_CLIENT_SECRET", clientSecret));
        return command;
    }

    private static Path place(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public boolean isReady() {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create(controlUrl() + "/shops").toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(TIMEOUT_MS);
            connection.setReadTimeout(TIMEOUT_MS);
            try {
                return connection.getResponseCode() == 200;
            } finally {
                connection.disconnect();
            }
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void requestStop(ProcessHandle process) {
        process.destroy();
    }

    /** Does not show the secret. */
    @Override
    public String toString() {
        return name() + " on port " + port;
    }
}
