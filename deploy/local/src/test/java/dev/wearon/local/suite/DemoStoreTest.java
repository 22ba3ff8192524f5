package dev.wearon.local.suite;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.wearon.processes.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The next start continues an interrupted one after any step. */
class DemoStoreTest {

    @TempDir
    Path folder;

    @Test
    void continuesAfterAnyStep() throws Exception {
        int port = Ports.free();
        HttpServer gateway = FakeService.serve(port);
        Layout layout = new Layout(folder, folder, port);
        try (PublicApi api = new PublicApi("http://127.0.0.1:" + port)) {
            DemoStore store = new DemoStore(layout, api, "token");
            RunFile.Demo first = store.openOrCreate();
            assertThat(store.openOrCreate()).isEqualTo(first);

            String domain = PrivateFiles.JSON
                    .readTree(layout.demoStore().toFile())
                    .path("shop_domain")
                    .asText();
            PrivateFiles.writeJson(layout.demoStore(), Map.of("shop_domain", domain, "store_id", first.storeId()));
            RunFile.Demo afterTheStore = store.openOrCreate();
            assertThat(afterTheStore.storeId()).isEqualTo(first.storeId());
            assertThat(afterTheStore.apiKey()).isNotEqualTo(first.apiKey());

            // The store was created, but its id was not saved: its domain exists now.
            PrivateFiles.writeJson(layout.demoStore(), Map.of("shop_domain", domain));
            RunFile.Demo afterALoss = store.openOrCreate();
            assertThat(afterALoss.storeId()).isNotEqualTo(first.storeId());
            assertThat(Files.readString(layout.demoHeader()))
                    .isEqualTo("Authorization: Bearer " + afterALoss.apiKey() + "\n");
        } finally {
            gateway.stop(0);
        }
    }
}
