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
 * The generated secrets of a suite. Each data folder has its own. The identity keys are in other files.
 *
 * @param postgresPassword the password of the database's superuser
 * @param schemaPasswords the password of each service's role, by schema
 * @param adminToken the token of the admin API
 * @param storageSigningKey the key that signs upload and download URLs
 */
public record Secrets(
        String postgresPassword, Map<String, String> schemaPasswords, String adminToken, String storageSigningKey) {

    private static final SecureRandom RANDOM = new SecureRandom();

    static Secrets readOrCreate(Layout layout) throws IOException, UserError {
        if (Files.exists(layout.secrets())) {
            return read(layout);
        }
        if (Files.exists(layout.postgresData().resolve("PG_VERSION"))) {
            throw new UserError(
                    layout.secrets() + " is missing. The database in " + layout.postgresData()
                            + " cannot be used without its passwords.",
                    "restore the file, or delete all data with " + layout.commandLine("reset"));
        }
        Map<String, String> passwords = new TreeMap<>();
        Layout.SERVICES.forEach(service -> passwords.put(Layout.schema(service), random()));
        Secrets made = new Secrets(random(), passwords, random(), random());
        PrivateFiles.writeJson(layout.secrets(), made);
        return made;
    }

    /** Unique for each suite. Reveals no secret, so it can be stored in a shared database. */
    String suiteId() {
        return HexFormat.of().formatHex(derived("suite "), 0, 16);
    }

    /** Encrypts the secrets of webhook endpoints. Derived, so that data folders from before there were webhooks have one, too. */
    String webhookKey() {
        return derivedFor("webhooks");
    }

    /** A secret of its own for each purpose, which stays the same. */
    public String derivedFor(String purpose) {
        return HexFormat.of().formatHex(derived(purpose + " "));
    }

    private byte[] derived(String purpose) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest((purpose + storageSigningKey).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public static Secrets read(Layout layout) throws IOException {
        return PrivateFiles.JSON.readValue(layout.secrets().toFile(), Secrets.class);
    }

    /** Returns 256 random bits, in characters that need no quoting. */
    static String random() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "Secrets[not shown]";
    }
}
