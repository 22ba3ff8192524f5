package dev.wearon.local.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.processes.IdentityKeys;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysCommandTest {

    private static final List<String> NAMES = List.of(
            "admin-token",
            "credits-password",
            "gateway-password",
            "gateway.pem",
            "generation-password",
            "generation.pem",
            "identities.jwks",
            "keda-password",
            "signing-key",
            "storage-password",
            "webhook-key");

    @TempDir
    Path folder;

    private final StringWriter printed = new StringWriter();

    private int run(String... arguments) {
        return Wearon.commandLine(Map.of())
                .setOut(new PrintWriter(printed))
                .setErr(new PrintWriter(printed))
                .execute(arguments);
    }

    private static Map<String, String> read(Path folder) throws Exception {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.toList()) {
                files.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return files;
    }

    @Test
    void areFilesThatOnlyTheirOwnerReads() throws Exception {
        Path out = folder.resolve("keys");
        assertThat(run("keys", "generate", "--out", out.toString())).isZero();
        Map<String, String> files = read(out);
        assertThat(files.keySet()).containsExactlyElementsOf(NAMES);
        assertThat(files.values()).doesNotHaveDuplicates().allSatisfy(value -> assertThat(printed.toString())
                .doesNotContain(value));
        assertThat(files.get("signing-key")).hasSizeGreaterThanOrEqualTo(32);
        for (String name : NAMES) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out.resolve(name))))
                    .isEqualTo("rw-------");
        }
        IdentityKeys keys = new IdentityKeys(out);
        for (String issuer : IdentityKeys.ISSUERS) {
            assertThat(Files.readString(keys.publicKeys())).contains(keys.nameOf(issuer));
        }
    }

    @Test
    void neverReplaceOthers() throws Exception {
        String out = folder.toString();
        Files.writeString(folder.resolve("admin-token"), "the old one");
        assertThat(run("keys", "generate", "--out", out)).isNotZero();
        assertThat(printed.toString()).contains("exists already. Nothing was written.", "hint: ");
        assertThat(read(folder)).isEqualTo(Map.of("admin-token", "the old one"));
    }

    @Test
    void areOneSecretOfKubernetes() throws Exception {
        Path out = folder.resolve("secret.yaml");
        assertThat(run("keys", "generate", "--out", out.toString(), "--secret", "wearon-keys", "--json"))
                .isZero();
        assertThat(new ObjectMapper().readTree(printed.toString()).path("keys").size())
                .isEqualTo(NAMES.size());
        String yaml = Files.readString(out);
        assertThat(yaml).contains("kind: Secret\n", "  name: wearon-keys\n");
        Map<String, String> data = new TreeMap<>();
        Pattern.compile("^  ([a-z.-]+): (\\S+)$", Pattern.MULTILINE)
                .matcher(yaml.substring(yaml.indexOf("\ndata:")))
                .results()
                .forEach(line ->
                        data.put(line.group(1), new String(Base64.getDecoder().decode(line.group(2)))));
        assertThat(data.keySet()).containsExactlyElementsOf(NAMES);
        assertThat(data.get("gateway.pem")).startsWith("-----BEGIN PRIVATE KEY-----");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
                .isEqualTo("rw-------");
    }

    /** Compose mounts each file into containers of other users; only the folder keeps them private. */
    @Test
    void areTheFilesOfCompose() throws Exception {
        Path out = folder.resolve("secrets");
        assertThat(run("keys", "generate", "--out", out.toString(), "--compose"))
                .isZero();
        Map<String, String> files = read(out);
        assertThat(files)
                .containsOnlyKeys(
                        "postgres-password",
                        "redis.conf",
                        "s3proxy.properties",
                        "gateway.env",
                        "credits.env",
                        "generation.env",
                        "storage.env",
                        "gateway.pem",
                        "generation.pem",
                        "identities.jwks");
        assertThat(files.get("gateway.env"))
                .matches("WEARON_DB_PASSWORD=\\S{32,}\nWEARON_REDIS_URL=\\S+\nWEARON_ADMIN_TOKEN=\\S{32,}\n"
                        + "WEARON_WEBHOOK_KEYS=\\S{32,}\n");
        String redis = files.get("redis.conf").lines().findFirst().orElseThrow().replace("requirepass ", "");
        assertThat(files.get("generation.env")).contains("WEARON_REDIS_URL=redis://:" + redis + "@redis:6379\n");
        String bucket = files.get("s3proxy.properties").replaceAll("(?s).*s3proxy.credential=(\\S+).*", "$1");
        assertThat(files.get("storage.env")).contains("WEARON_STORAGE_S3_SECRET_ACCESS_KEY=" + bucket + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out.resolve("gateway.env"))))
                .isEqualTo("rw-r--r--");
        assertThat(run("keys", "generate", "--out", out.toString(), "--compose"))
                .isNotZero();
        assertThat(read(out)).isEqualTo(files);
    }

    @Test
    void areOfOneKind() {
        assertThat(run("keys", "generate", "--out", folder.resolve("x").toString(), "--compose", "--secret", "x"))
                .isEqualTo(2);
        assertThat(folder.resolve("x")).doesNotExist();
    }

    @Test
    void refuseANameThatKubernetesRefuses() {
        assertThat(run("keys", "generate", "--out", folder.resolve("s.yaml").toString(), "--secret", "My_Keys"))
                .isEqualTo(2);
        assertThat(folder.resolve("s.yaml")).doesNotExist();
    }
}
