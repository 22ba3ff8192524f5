package dev.wearon.local.servers;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The key pairs with which services sign identities: a private key in a PEM file for each issuer, all public keys in one
 * JWK set ({@code kid} = issuer) for everybody.
 */
public record IdentityKeys(Path folder) {

    /** Services that sign identities; the others only verify. */
    public static final List<String> ISSUERS = List.of("gateway", "generation");

    public Path privateKey(String issuer) {
        return folder.resolve(issuer + ".pem");
    }

    public Path publicKeys() {
        return folder.resolve("identities.jwks");
    }

    /** Makes the keys when the folder has none; keeps what is there. The set is written last, so it marks a whole one. */
    public void makeIfMissing() throws IOException {
        if (Files.exists(publicKeys())) {
            return;
        }
        Files.createDirectories(folder);
        List<Map<String, String>> keys = new ArrayList<>();
        for (String issuer : ISSUERS) {
            KeyPair pair = generate();
            writePrivately(
                    privateKey(issuer),
                    "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                            .formatted(Base64.getMimeEncoder(64, new byte[] {'\n'})
                                    .encodeToString(pair.getPrivate().getEncoded())));
            RSAPublicKey key = (RSAPublicKey) pair.getPublic();
            keys.add(Map.of(
                    "kty",
                    "RSA",
                    "use",
                    "sig",
                    "alg",
                    "RS256",
                    "kid",
                    issuer,
                    "n",
                    base64Url(key.getModulus()),
                    "e",
                    base64Url(key.getPublicExponent())));
        }
        writePrivately(publicKeys(), new ObjectMapper().writeValueAsString(Map.of("keys", keys)));
    }

    private static void writePrivately(Path file, String text) throws IOException {
        Path unfinished = Files.createTempFile(
                file.getParent(),
                "key-",
                ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(unfinished, text);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String base64Url(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int sign = bytes[0] == 0 ? 1 : 0;
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(java.util.Arrays.copyOfRange(bytes, sign, bytes.length));
    }
}
