package dev.wearon.local.suite;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.wearon.processes.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start may be interrupted after any step. The next start continues. */
class DemoStoreTest {

    @TempDir
    Path folder;

    @Test
    void continuesAfterAnInterruptedStart() throws Exception {
        int port = Ports.free();
        HttpServer gateway = FakeService.serve(port);
        Layout layout = new Layout(folder, folder, port);
        try (PublicApi api = new PublicApi("http://127.0.0.1:" + port)) {
            DemoStore store = new DemoStore(layout, api, "token");
            RunFile.Demo first = store.openOrCreate();
            assertThat(store.openOrCreate()).isEqualTo(first);

            String domain = PrivateFiles.JSON
                    .readTree(layout.demoStoreFile().toFile())
                    .path("shop_domain")
                    .asText();
            PrivateFiles.writeJson(layout.demoStoreFile(), Map.of("shop_domain", domain, "store_id", first.storeId()));
            RunFile.Demo sameStore = store.openOrCreate();
            assertThat(sameStore.storeId()).isEqualTo(first.storeId());
            assertThat(sameStore.apiKey()).isNotEqualTo(first.apiKey());

            // The store was created, but its id was not saved. Its domain is in use, so another store is created.
            PrivateFiles.writeJson(layout.demoStoreFile(), Map.of("shop_domain", domain));
            RunFile.Demo anotherStore = store.openOrCreate();
            assertThat(anotherStore.storeId()).isNotEqualTo(first.storeId());
            assertThat(Files.readString(layout.demoHeaderFile()))
                    .isEqualTo("Authorization: Bearer " + anotherStore.apiKey() + "\n");
        } finally {
            gateway.stop(0);
        }
    }
}
