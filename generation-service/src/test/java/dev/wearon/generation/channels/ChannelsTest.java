package dev.wearon.generation.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelsTest {

    private final Channel stores = Stores.B2B;
    private final Channel kiosks = new Kiosks(null, null);
    private final Channels both = new Channels(List.of(kiosks, stores));

    @Test
    void rotateByOnePlaceForEachTurn() {
        assertThat(both.rotated(6)).containsExactly(stores, kiosks);
        assertThat(both.rotated(7)).containsExactly(kiosks, stores);
        assertThat(both.rotated(Long.MAX_VALUE + 1)).containsExactly(stores, kiosks);
        assertThat(Stores.B2B_ONLY.rotated(7)).containsExactly(stores);
    }

    @Test
    void areFoundByName() {
        assertThat(both.byName("kiosk")).contains(kiosks);
        assertThat(both.byName("b2c")).isEmpty();
    }

    @Test
    void areAllServedWhenOneFails() {
        List<Channel> seen = new ArrayList<>();
        Uni<List<Integer>> work = both.forEach(channel -> {
            seen.add(channel);
            return channel == stores
                    ? Uni.createFrom().failure(new IllegalStateException("away"))
                    : Uni.createFrom().item(1);
        });
        assertThatThrownBy(() -> work.await().atMost(Duration.ofSeconds(20))).hasMessage("away");
        assertThat(seen).containsExactly(stores, kiosks);
    }
}
