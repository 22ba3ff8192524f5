package dev.wearon.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.routing.Service;
import dev.wearon.gateway.status.SuiteStatus.OfService;
import dev.wearon.instances.Instance;
import dev.wearon.instances.Instance.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SuiteStatusTest {

    private static final Instant NOW = Instant.parse("2026-12-02T10:00:00Z");

    @Test
    void isUpIfEveryRoleHasAReadyProcess() {
        assertThat(SuiteStatus.of(healthy()).status()).isEqualTo("up");
    }

    @Test
    void namesARoleWithoutAReadyProcess() {
        OfService generation = OfService.reached(
                Service.GENERATION, List.of(instance(State.up, "api"), instance(State.lost, "worker")));

        assertThat(generation.missingRoles()).containsExactly("worker");
        assertThat(withLast(generation).status()).isEqualTo("degraded");
    }

    @Test
    void oneReadyProcessIsEnoughForARole() {
        OfService credits = OfService.reached(
                Service.CREDITS,
                List.of(
                        instance(State.lost, "credits"),
                        instance(State.up, "credits"),
                        instance(State.not_ready, "credits")));

        assertThat(credits.missingRoles()).isEmpty();
        assertThat(withLast(credits).status()).isEqualTo("up");
    }

    @Test
    void aProcessThatIsNotReadyFillsNoRole() {
        assertThat(OfService.reached(Service.STORAGE, List.of(instance(State.not_ready, "storage")))
                        .missingRoles())
                .containsExactly("storage");
    }

    @Test
    void isDegradedIfAServiceDoesNotAnswer() {
        OfService credits = OfService.unreachable(Service.CREDITS);

        assertThat(credits.service()).isEqualTo("credits");
        assertThat(credits.reachable()).isFalse();
        assertThat(withLast(credits).status()).isEqualTo("degraded");
    }

    private static SuiteStatus withLast(OfService service) {
        List<OfService> services = new ArrayList<>(healthy());
        services.removeIf(other -> other.service().equals(service.service()));
        services.add(service);
        return SuiteStatus.of(services);
    }

    private static List<OfService> healthy() {
        return Arrays.stream(Service.values())
                .map(service -> OfService.reached(
                        service,
                        List.of(
                                service == Service.GENERATION
                                        ? instance(State.up, "api", "worker")
                                        : instance(State.up, service.name().toLowerCase()))))
                .toList();
    }

    private static Instance instance(State state, String... roles) {
        return new Instance(UUID.randomUUID(), List.of(roles), "host", 1, "0.1.0", NOW, NOW, state, List.of(), 0);
    }
}
