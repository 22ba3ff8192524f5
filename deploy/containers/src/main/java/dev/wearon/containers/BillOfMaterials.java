package dev.wearon.containers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lists what an image contains, in the form CycloneDX 1.6. It is made from the files of the image themselves, with their
 * checksums. The licences are those of {@code THIRD-PARTY-NOTICES.md}.
 *
 * @param root the source tree
 */
record BillOfMaterials(Path root) {

    private static final Pattern NOTICE = Pattern.compile("\\| `([^`]+)` \\| ([^|]+) \\| ([^|]+) \\|");
    private static final Pattern SPDX = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.+-]*");
    private static final String DEPENDENCIES = "quarkus-app-dependencies.txt";

    /** A library of Maven. */
    private record Coordinates(String group, String artifact, String classifier, String version) {

        /** A line of the list that Quarkus writes: {@code group:artifact:classifier:type:version}. */
        static Coordinates parse(String line) {
            String[] parts = line.split(":", -1);
            return new Coordinates(parts[0], parts[1], parts[2], parts[4]);
        }

        /** As Quarkus names the file. */
        String jar() {
            return "%s.%s-%s%s.jar".formatted(group, artifact, version, classifier.isEmpty() ? "" : "-" + classifier);
        }

        String purl() {
            return "pkg:maven/%s/%s@%s?%stype=jar"
                    .formatted(group, artifact, version, classifier.isEmpty() ? "" : "classifier=" + classifier + "&");
        }
    }

    String of(String service, String tag, Path packaged, Optional<JavaRuntime> runtime) throws IOException {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        ArrayNode components = JsonNodeFactory.instance.arrayNode();
        Map<String, Coordinates> libraries = new HashMap<>();
        for (String line : Files.readAllLines(packaged.resolve(DEPENDENCIES))) {
            Coordinates library = Coordinates.parse(line);
            libraries.put(library.jar(), library);
        }
        Map<String, String> licences = licences();
        for (Path file : ContextFolder.filesIn(packaged)) {
            String name = file.getFileName().toString();
            if (name.endsWith(".jar")) {
                Coordinates library = libraries.get(name);
                add(components, library, packaged.relativize(file).toString(), file, licences);
            }
        }
        if (runtime.isPresent()) {
            components
                    .addObject()
                    .put("type", "platform")
                    .put("name", "OpenJDK of " + System.getProperty("java.vendor"))
                    .put("version", System.getProperty("java.runtime.version"))
                    .set("licenses", licence("GPL-2.0-only WITH Classpath-exception-2.0"));
            for (Path library : runtime.get().libraries()) {
                ObjectNode component = components
                        .addObject()
                        .put("type", "library")
                        .put("name", library.getFileName().toString())
                        .put("description", "a library of the machine that built the image");
                hash(component, library);
            }
        }
        document.put("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json")
                .put("bomFormat", "CycloneDX")
                .put("specVersion", "1.6")
                // The same contents have the same number, so that a build can be repeated.
                .put(
                        "serialNumber",
                        "urn:uuid:"
                                + UUID.nameUUIDFromBytes(components.toString().getBytes(StandardCharsets.UTF_8)))
                .put("version", 1);
        ObjectNode image = document.putObject("metadata").putObject("component");
        image.put("type", "container").put("name", "wearon/" + service).put("version", tag);
        image.set("licenses", licence("Apache-2.0"));
        document.set("components", components);
        return document.toPrettyString() + "\n";
    }

    private static void add(
            ArrayNode components, Coordinates library, String name, Path file, Map<String, String> licences)
            throws IOException {
        ObjectNode component = components.addObject();
        if (library == null) {
            component.put("type", "file").put("name", name).set("licenses", licence("Apache-2.0"));
        } else {
            component
                    .put("type", "library")
                    .put("bom-ref", library.purl())
                    .put("group", library.group())
                    .put("name", library.artifact())
                    .put("version", library.version());
            String licence = library.group().equals("dev.wearon")
                    ? "Apache-2.0"
                    : licences.get(library.group() + ":" + library.artifact());
            if (licence != null) {
                component.set("licenses", licence(licence));
            }
            component.put("purl", library.purl());
        }
        hash(component, file);
    }

    /** The licence of each library, from the table of all of them. */
    private Map<String, String> licences() throws IOException {
        Map<String, String> licences = new HashMap<>();
        for (String line : Files.readAllLines(root.resolve("THIRD-PARTY-NOTICES.md"))) {
            Matcher row = NOTICE.matcher(line);
            if (row.matches()) {
                for (String artifact : row.group(3).split(", ")) {
                    licences.put(
                            row.group(1) + ":" + artifact.strip().split(" ")[0],
                            row.group(2).strip());
                }
            }
        }
        return licences;
    }

    private static ArrayNode licence(String text) {
        ArrayNode licences = JsonNodeFactory.instance.arrayNode();
        if (text.contains(" WITH ")) {
            licences.addObject().put("expression", text);
        } else {
            licences.addObject().putObject("license").put(SPDX.matcher(text).matches() ? "id" : "name", text);
        }
        return licences;
    }

    private static void hash(ObjectNode component, Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int read; (read = stream.read(buffer)) > 0; ) {
                digest.update(buffer, 0, read);
            }
            component
                    .putArray("hashes")
                    .addObject()
                    .put("alg", "SHA-256")
                    .put("content", HexFormat.of().formatHex(digest.digest()));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
