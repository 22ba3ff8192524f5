package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "key wk_0123456789abcdef0123456789abcdef was used",
                "token wst_0123456789abcdef0123456789abcdef was used",
                "Authorization: Bearer 0123456789abcdefghij",
                "token eyJhbGciOiJSUzI1NiIsImtpZCI6ImdhdGV3YXkifQ.e30.x",
                "-----BEGIN PRIVATE KEY-----",
                "GET /stores/1/uploads/a.png?expires=1&signature=abcdefghijkl",
                "shopper ann@example.com",
                "the operator said hush-hush"
            })
    void findsSecretsByShapeAndByValue(String line) throws Exception {
        Files.writeString(folder.resolve("gateway.log"), "harmless\n" + line + "\n");
        assertThat(Secrets.inLogsBelow(folder, "hush-hush"))
                .singleElement()
                .asString()
                .contains("line 2");
    }

    @Test
    void ignoresTextThatIsNoSecret() throws Exception {
        Files.writeString(
                folder.resolve("gateway.log"),
                "wk_0123456789abc… of store 0193c0de-0000-7000-8000-000000000001 dev.wearon.X@1f2e3d io.quarkus@3.34\n");
        assertThat(Secrets.inLogsBelow(folder)).isEmpty();
    }
}
