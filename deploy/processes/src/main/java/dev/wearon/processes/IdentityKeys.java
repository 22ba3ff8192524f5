package dev.wearon.processes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;

/**
 * The key pairs with which services sign identities: a private key in a PEM file for each issuer, and all public keys in one JWK
 * set. The name of a key ({@code kid}) is its issuer, a slash, and its thumbprint (RFC 7638), so the set can hold an old and a new
 * key of one issuer. Older sets name a key by its issuer alone.
 */
public record IdentityKeys(Path folder) {

    /** Services that sign identities; the others only verify. */
    public static final List<String> ISSUERS = List.of("gateway", "generation");

    private static final ObjectMapper JSON = new ObjectMapper();

    public Path privateKey(String issuer) {
        return folder.resolve(issuer + ".pem");
    }

    /** A key that was added while another one signs. */
    public Path nextPrivateKey(String issuer) {
        return folder.resolve(issuer + "-next.pem");
    }

    public Path publicKeys() {
        return folder.resolve("identities.jwks");
    }

    /** Makes the keys if the folder has none. The set is written last: where it exists, all keys exist. */
    public void makeIfMissing() throws IOException {
        if (Files.exists(publicKeys())) {
            return;
        }
        Files.createDirectories(folder);
        ObjectNode set = emptySet();
        for (String issuer : ISSUERS) {
            make(issuer, privateKey(issuer), set);
        }
        writeSet(set);
    }

    /**
     * Makes one more key of {@code issuer} and adds its public half to the set. The private half is {@link #nextPrivateKey}, or
     * {@link #privateKey} if that file is missing.
     *
     * @return its name
     * @throws IOException also when a next key exists
     */
    public String add(String issuer) throws IOException {
        Path file = Files.exists(privateKey(issuer)) ? nextPrivateKey(issuer) : privateKey(issuer);
        if (Files.exists(file)) {
            throw new IOException(file + " is a key that no service signs with yet; first move it to "
                    + privateKey(issuer) + ", or delete it");
        }
        Files.createDirectories(folder);
        ObjectNode set = Files.exists(publicKeys()) ? readSet() : emptySet();
        String name = make(issuer, file, set);
        writeSet(set);
        return name;
    }

    /** Removes the key of this name from the set. */
    public void remove(String name) throws IOException {
        for (String issuer : ISSUERS) {
            if (Files.exists(privateKey(issuer)) && nameOf(issuer).equals(name)) {
                throw new IOException(name + " is the key in " + privateKey(issuer) + ", which signs");
            }
        }
        ObjectNode set = readSet();
        int before = keys(set).size();
        for (Iterator<JsonNode> each = keys(set).iterator(); each.hasNext(); ) {
            if (each.next().path("kid").asText().equals(name)) {
                each.remove();
            }
        }
        if (keys(set).size() == before) {
            throw new IOException(publicKeys() + " has no key " + name);
        }
        writeSet(set);
    }

    /** The name, in the set, of the key that {@code issuer} signs with. */
    public String nameOf(String issuer) throws IOException {
        if (readPrivateKey(issuer) instanceof RSAPrivateCrtKey own) {
            String modulus = base64Url(own.getModulus());
            for (JsonNode key : keys(readSet())) {
                if (key.path("n").asText().equals(modulus)) {
                    return key.path("kid").asText();
                }
            }
        }
        throw new IOException(publicKeys() + " does not have the key in " + privateKey(issuer));
    }

    /** The key that {@code issuer} signs with. */
    public PrivateKey readPrivateKey(String issuer) throws IOException {
        String base64 = Files.readString(privateKey(issuer)).replaceAll("-----[A-Z ]+-----|\\s", "");
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (GeneralSecurityException | IllegalArgumentException unreadable) {
            throw new IOException(privateKey(issuer) + " holds no private key", unreadable);
        }
    }

    private static String make(String issuer, Path file, ObjectNode set) throws IOException {
        KeyPair pair = generate();
        writePrivately(
                file,
                "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                        .formatted(Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(pair.getPrivate().getEncoded())));
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        String n = base64Url(key.getModulus());
        String e = base64Url(key.getPublicExponent());
        String name = issuer + "/" + thumbprint(n, e);
        keys(set)
                .addObject()
                .put("kty", "RSA")
                .put("use", "sig")
                .put("alg", "RS256")
                .put("kid", name)
                .put("n", n)
                .put("e", e);
        return name;
    }

    private static ObjectNode emptySet() {
        ObjectNode set = JSON.createObjectNode();
        set.putArray("keys");
        return set;
    }

    private ObjectNode readSet() throws IOException {
        if (JSON.readTree(publicKeys().toFile()) instanceof ObjectNode set
                && set.path("keys").isArray()) {
            return set;
        }
        throw new IOException(publicKeys() + " is no JWK set");
    }

    private void writeSet(ObjectNode set) throws IOException {
        writePrivately(publicKeys(), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(set));
    }

    private static ArrayNode keys(ObjectNode set) {
        return (ArrayNode) set.get("keys");
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

    /** RFC 7638: these members of the key in this order, without spaces. */
    private static String thumbprint(String n, String e) {
        String members = "{\"e\":\"%s\",\"kty\":\"RSA\",\"n\":\"%s\"}".formatted(e, n);
        try {
            return base64Url(MessageDigest.getInstance("SHA-256").digest(members.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String base64Url(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int sign = bytes[0] == 0 ? 1 : 0;
        return base64Url(Arrays.copyOfRange(bytes, sign, bytes.length));
    }

    private static String base64Url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
