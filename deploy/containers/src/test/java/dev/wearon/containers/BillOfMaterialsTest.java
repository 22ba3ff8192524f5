package dev.wearon.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BillOfMaterialsTest {

    private static final String JAR = "com.example.some-library-1.2.jar";

    @TempDir
    Path folder;

    @Test
    void listsEachJarWithItsLicenceAndChecksum() throws IOException {
        Files.writeString(folder.resolve("THIRD-PARTY-NOTICES.md"), """
                | group | licence | artifacts |
                |---|---|---|
                | `com.example` | MIT | another 2.0, some-library 1.2 |
                """);
        Path packaged = Files.createDirectories(folder.resolve("packaged"));
        Files.writeString(packaged.resolve(JAR), "a jar");
        Files.writeString(packaged.resolve("quarkus-run.jar"), "ours");
        Files.writeString(packaged.resolve("quarkus-app-dependencies.txt"), "com.example:some-library::jar:1.2\n");
        BillOfMaterials bill = new BillOfMaterials(folder);

        String text = bill.of("credits", "1.0", packaged, Optional.empty());

        assertThat(bill.of("credits", "1.0", packaged, Optional.empty()))
                .as("repeated")
                .isEqualTo(text);
        JsonNode document = new ObjectMapper().readTree(text);
        assertThat(document.at("/metadata/component/name").textValue()).isEqualTo("wearon/credits");
        JsonNode library = document.at("/components/0");
        assertThat(library.path("purl").textValue()).isEqualTo("pkg:maven/com.example/some-library@1.2?type=jar");
        assertThat(library.at("/licenses/0/license/id").textValue()).isEqualTo("MIT");
        assertThat(library.at("/hashes/0/content").textValue()).hasSize(64);
        assertThat(document.at("/components/1/name").textValue()).isEqualTo("quarkus-run.jar");
    }
}
