package dev.wearon.local.suite;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * The suite's own secrets, made once per data folder. The identity keys are files of their own.
 *
 * @param postgresPassword of the superuser
 * @param schemaPasswords of each service's role, by schema
 * @param adminToken for the operator's routes
 * @param storageSigningKey signs upload and download URLs
 */
public record Secrets(
        String postgresPassword, Map<String, String> schemaPasswords, String adminToken, String storageSigningKey) {

    private static final SecureRandom RANDOM = new SecureRandom();

    static Secrets readOrMake(Layout layout) throws IOException, UserError {
        if (Files.exists(layout.secrets())) {
            return read(layout);
        }
        if (Files.exists(layout.postgresData().resolve("PG_VERSION"))) {
            throw new UserError(
                    layout.secrets() + " is missing, and without it the database in " + layout.postgresData()
                            + " cannot be opened.",
                    "put the file back, or give the data up with " + layout.commandLine("reset"));
        }
        Map<String, String> passwords = new TreeMap<>();
        Layout.SERVICES.forEach(service -> passwords.put(Layout.schema(service), random()));
        Secrets made = new Secrets(random(), passwords, random(), random());
        PrivateFiles.writeJson(layout.secrets(), made);
        return made;
    }

    /** Tells this suite from every other one; tells nothing about the secrets, so it may stand in a shared database. */
    String suiteId() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(("suite " + storageSigningKey).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The secrets of a suite that has been started before. */
    public static Secrets read(Layout layout) throws IOException {
        return PrivateFiles.JSON.readValue(layout.secrets().toFile(), Secrets.class);
    }

    /** 256 bits, in letters that need no quoting anywhere. */
    private static String random() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "Secrets[not shown]";
    }
}
