package dev.wearon.gateway.status;

import dev.wearon.gateway.routing.Service;
import dev.wearon.instances.Instance;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The processes of all services.
 *
 * @param status {@code up} if every service answers and has a ready process for each of its roles, otherwise {@code degraded}
 */
record SuiteStatus(String status, List<OfService> services) {

    static SuiteStatus of(List<OfService> services) {
        boolean up = services.stream()
                .allMatch(
                        service -> service.reachable() && service.missingRoles().isEmpty());
        return new SuiteStatus(up ? "up" : "degraded", services);
    }

    /**
     * The processes of a service.
     *
     * @param reachable whether the service told them; if not, they are unknown
     * @param missingRoles the roles for which no process is ready; empty if the service is not reachable
     * @param instances oldest first
     */
    record OfService(String service, boolean reachable, List<String> missingRoles, List<Instance> instances) {

        static OfService reached(Service service, List<Instance> instances) {
            var ready = instances.stream()
                    .filter(instance -> instance.status() == Instance.State.up)
                    .flatMap(instance -> instance.roles().stream())
                    .collect(Collectors.toSet());
            List<String> missing =
                    roles(service).filter(role -> !ready.contains(role)).toList();
            return new OfService(name(service), true, missing, instances);
        }

        static OfService unreachable(Service service) {
            return new OfService(name(service), false, List.of(), List.of());
        }

        private static Stream<String> roles(Service service) {
            return service == Service.GENERATION ? Stream.of("api", "worker") : Stream.of(name(service));
        }

        private static String name(Service service) {
            return service.name().toLowerCase(Locale.ROOT);
        }
    }
}
