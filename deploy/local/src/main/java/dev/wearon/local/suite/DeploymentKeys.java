package dev.wearon.local.suite;

import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.TemporaryFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The secrets that a deployment of its own needs, each under the name that the chart and Compose expect: the passwords of the
 * database roles, the identity keys, the operator token, the key that signs URLs and the key
 * that encrypts the secrets of webhooks.
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
        made.put("webhook-key");
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

    /** A new random one. */
    private void put(String name) {
        files.put(name, Secrets.random().getBytes(StandardCharsets.US_ASCII));
    }

    private void put(Path file) throws IOException {
        files.put(file.getFileName().toString(), Files.readAllBytes(file));
    }

    public List<String> names() {
        return List.copyOf(files.keySet());
    }

    /**
     * New ones in the files that Compose mounts. They also have the passwords of the servers, which Compose starts.
     *
     * @see #writeReadableFiles
     */
    public static DeploymentKeys generateForCompose() throws IOException {
        DeploymentKeys made = generate();
        String redisPassword = Secrets.random();
        String redis = "WEARON_REDIS_URL=redis://:%s@redis:6379".formatted(redisPassword);
        String bucketKey = Secrets.random();
        String bucketSecret = Secrets.random();
        made.put("postgres-password");
        made.put("redis.conf", "requirepass " + redisPassword, "maxmemory-policy noeviction", "dir /data");
        made.put(
                "s3proxy.properties",
                "s3proxy.endpoint=http://0.0.0.0:9000",
                "s3proxy.authorization=aws-v2-or-v4",
                "s3proxy.identity=" + bucketKey,
                "s3proxy.credential=" + bucketSecret,
                "jclouds.provider=filesystem-nio2",
                "jclouds.filesystem.basedir=/data");
        made.put(
                "gateway.env",
                made.password("gateway"),
                redis,
                "WEARON_ADMIN_TOKEN=" + made.take("admin-token"),
                "WEARON_WEBHOOK_KEYS=" + made.take("webhook-key"));
        made.put("credits.env", made.password("credits"));
        made.put("generation.env", made.password("generation"), redis);
        made.put(
                "storage.env",
                made.password("storage"),
                "WEARON_STORAGE_SIGNING_KEY=" + made.take("signing-key"),
                "WEARON_STORAGE_S3_ACCESS_KEY_ID=" + bucketKey,
                "WEARON_STORAGE_S3_SECRET_ACCESS_KEY=" + bucketSecret);
        made.take("keda-password");
        return made;
    }

    private String password(String role) {
        return "WEARON_DB_PASSWORD=" + take(role + "-password");
    }

    private String take(String name) {
        return new String(files.remove(name), StandardCharsets.US_ASCII);
    }

    private void put(String name, String... lines) {
        files.put(name, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.US_ASCII));
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

    /**
     * As {@link #writeFiles}, with files that everybody may read in a folder that only this user may enter: the processes in the
     * containers are other users, and get the files one by one.
     */
    public void writeReadableFiles(Path folder) throws IOException, UserError {
        writeFiles(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        for (String name : files.keySet()) {
            Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString("rw-r--r--"));
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
