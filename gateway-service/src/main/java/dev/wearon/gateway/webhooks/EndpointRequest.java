package dev.wearon.gateway.webhooks;

import dev.wearon.http.Problem;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A store's request for an endpoint.
 *
 * @param eventTypes null or empty: all
 */
public record EndpointRequest(
        @NotNull @Size(max = 2_048) String url,
        @Size(max = 20) List<@NotNull @Size(max = 100) String> eventTypes) {

    /** In the order of {@link EventType}, each once. */
    static List<String> known(List<String> eventTypes) {
        Set<EventType> types = EnumSet.noneOf(EventType.class);
        if (eventTypes != null) {
            eventTypes.forEach(type -> types.add(EventType.ofWire(type).orElseThrow(() -> unknown(type))));
        }
        return types.stream().map(EventType::wire).toList();
    }

    private static Problem unknown(String type) {
        return Problem.invalid("event_types contains '%s', which is no event type. The types are: %s."
                .formatted(
                        type,
                        Arrays.stream(EventType.values()).map(EventType::wire).collect(Collectors.joining(", "))));
    }
}
