package dev.wearon.local.suite;

import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.TemporaryFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The secrets that a deployment of its own needs, each under the name that the chart and Compose expect: the passwords of the
 * database roles, the identity keys, the operator token and the key that signs URLs.
 */
public final class DeploymentKeys {

    /** The roles of {@code provision.sql} that log in. */
    private static final List<String> ROLES = List.of("gateway", "credits", "generation", "storage", "keda");

    private final Map<String, byte[]> files = new TreeMap<>();

    private DeploymentKeys() {}

    /** Makes new ones. */
    public static DeploymentKeys generate() throws IOException {
        DeploymentKeys made = new DeploymentKeys();
        ROLES.forEach(role -> made.put(role + "-password"));
        made.put("admin-token");
        made.put("signing-key");
        TemporaryFolder folder = TemporaryFolder.in(Path.of(System.getProperty("java.io.tmpdir")), "wearon-keys-");
        try {
            IdentityKeys keys = new IdentityKeys(folder.path());
            keys.makeIfMissing();
            for (String issuer : IdentityKeys.ISSUERS) {
                made.put(keys.privateKey(issuer));
            }
            made.put(keys.publicKeys());
        } finally {
            TemporaryFolder.deleteTree(folder.path());
        }
        return made;
    }

    private void put(String name) {
        files.put(name, Secrets.random().getBytes(StandardCharsets.US_ASCII));
    }

    private void put(Path file) throws IOException {
        files.put(file.getFileName().toString(), Files.readAllBytes(file));
    }

    public List<String> names() {
        return List.copyOf(files.keySet());
    }

    /** Writes a file for each, which only this user may read. Overwrites nothing. */
    public void writeFiles(Path folder) throws IOException, UserError {
        PrivateFiles.createFolder(folder);
        for (String name : files.keySet()) {
            requireNew(folder.resolve(name));
        }
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            PrivateFiles.write(folder.resolve(file.getKey()), file.getValue());
        }
    }

    /** Writes all into one Secret of Kubernetes, in a file that only this user may read. Overwrites nothing. */
    public void writeSecret(Path file, String name) throws IOException, UserError {
        requireNew(file);
        StringBuilder yaml = new StringBuilder("""
                apiVersion: v1
                kind: Secret
                metadata:
                  name: %s
                type: Opaque
                data:
                """.formatted(name));
        files.forEach((key, value) ->
                yaml.append("  %s: %s%n".formatted(key, Base64.getEncoder().encodeToString(value))));
        PrivateFiles.createFolder(file.getParent());
        PrivateFiles.write(file, yaml.toString().getBytes(StandardCharsets.US_ASCII));
    }

    private static void requireNew(Path file) throws UserError {
        if (Files.exists(file)) {
            throw new UserError(
                    file + " exists already. Nothing was written.",
                    "choose another place with --out; docs/operations/secrets.md explains how to change a secret");
        }
    }
}
