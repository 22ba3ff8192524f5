package dev.wearon.gateway.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SealerTest {

    private static final byte[] SECRET = "shpat_of-a-test".getBytes(StandardCharsets.UTF_8);
    private static final String OLD = "the-old-key-of-this-test-0123456789";
    private static final String NEW = "the-new-key-of-this-test-0123456789";

    private final UUID owner = UUID.randomUUID();

    private static Sealer with(String... keys) {
        return new Sealer("SOME_KEYS", List.of(keys));
    }

    @Test
    void theFirstKeySealsAndAllOpen() {
        Buffer before = with(OLD).seal(owner, SECRET);
        Buffer after = with(NEW, OLD).seal(owner, SECRET);

        assertThat(with(NEW, OLD).open(owner, before)).isEqualTo(SECRET);
        assertThat(with(NEW).open(owner, after)).isEqualTo(SECRET);
        assertThatThrownBy(() -> with(NEW).open(owner, before)).hasMessageContaining("SOME_KEYS");
    }

    @Test
    void onlyItsOwnerOpensASecret() {
        Buffer sealed = with(NEW).seal(owner, SECRET);

        assertThatThrownBy(() -> with(NEW).open(UUID.randomUUID(), sealed)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatWasNeverSealedIsRefused() {
        for (Buffer other : List.of(Buffer.buffer(), Buffer.buffer("short"), Buffer.buffer("x".repeat(60)))) {
            assertThatThrownBy(() -> with(NEW).open(owner, other)).isInstanceOf(IllegalStateException.class);
        }
    }
}
