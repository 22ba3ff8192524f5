package dev.wearon.gateway.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.testing.Merchant;
import dev.wearon.gateway.testing.TestRoutes;
import dev.wearon.testkit.EventClient;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Uses its own gateway, because this one opens no stream after the shutdown event. */
@QuarkusTest
@TestProfile(EventStreamsAtShutdownTest.Alone.class)
@Tag("thorough")
class EventStreamsAtShutdownTest {

    public static final class Alone implements QuarkusTestProfile {}

    private static final Duration CUT_WITHIN = Duration.ofSeconds(2);

    @Inject
    Event<ShutdownDelayInitiatedEvent> shutdown;

    /** Without this setting Quarkus fires no event, and the process waits for streams that never end. */
    @Test
    void observeAShutdown() {
        assertThat(ConfigProvider.getConfig().getValue("quarkus.shutdown.delay-enabled", boolean.class))
                .isTrue();
    }

    /** Otherwise the process would wait half a minute for these requests. */
    @Test
    void areAllCutAtAShutdownAndNoneIsOpened() {
        FakeEvents service = FakeEvents.begin();
        String key = "Authorization: Bearer " + Merchant.inAbsorbMode().apiKey();
        try (EventClient one = EventClient.open(TestRoutes.EVENTS, key);
                EventClient two = EventClient.open(TestRoutes.EVENTS, key)) {
            service.stream(1);
            long begun = System.nanoTime();
            shutdown.fire(new ShutdownDelayInitiatedEvent());
            assertThat(one.readsToTheEnd()).isFalse();
            assertThat(two.readsToTheEnd()).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(CUT_WITHIN);
        }
        try (EventClient late = EventClient.open(TestRoutes.EVENTS, key)) {
            assertThat(late.status()).isEqualTo(503);
        }
    }
}
