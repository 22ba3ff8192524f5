package dev.wearon.acceptance;

import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.services.Rig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The secret files that deploy/compose/README.md lists. */
final class ComposeSecrets {

    private static final String REDIS_PASSWORD = "a-password-of-redis";
    private static final String S3_KEY = "the-bucket";
    private static final String S3_SECRET = "a-secret-of-the-bucket";

    private ComposeSecrets() {}

    static Path in(Path folder) throws IOException {
        Files.createDirectories(folder);
        new IdentityKeys(folder).makeIfMissing();
        String redis = "WEARON_REDIS_URL=redis://:" + REDIS_PASSWORD + "@redis:6379";
        Map<String, List<String>> files = Map.of(
                "postgres-password", List.of("a-password-of-the-superuser"),
                "redis.conf", List.of("requirepass " + REDIS_PASSWORD, "maxmemory-policy noeviction", "dir /data"),
                "s3proxy.properties",
                        List.of(
                                "s3proxy.endpoint=http://0.0.0.0:9000",
                                "s3proxy.authorization=aws-v2-or-v4",
                                "s3proxy.identity=" + S3_KEY,
                                "s3proxy.credential=" + S3_SECRET,
                                "jclouds.provider=filesystem-nio2",
                                "jclouds.filesystem.basedir=/data"),
                "gateway.env", List.of(password("gateway"), redis, "WEARON_ADMIN_TOKEN=" + Rig.ADMIN_TOKEN),
                "credits.env", List.of(password("credits")),
                "generation.env", List.of(password("generation"), redis),
                "storage.env",
                        List.of(
                                password("storage"),
                                "WEARON_STORAGE_SIGNING_KEY=" + Rig.SIGNING_KEY,
                                "WEARON_STORAGE_S3_ACCESS_KEY_ID=" + S3_KEY,
                                "WEARON_STORAGE_S3_SECRET_ACCESS_KEY=" + S3_SECRET));
        for (Map.Entry<String, List<String>> file : files.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
        // The processes in the containers are other users, who read only the files that Compose mounts.
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.toList()) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            }
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        return folder;
    }

    private static String password(String service) {
        return "WEARON_DB_PASSWORD=it's-the-password-of-" + service;
    }
}
