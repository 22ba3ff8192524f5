package dev.wearon.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.wearon.client.errors.WearOnConnectionException;
import dev.wearon.client.model.Generation;
import dev.wearon.client.model.StoreAnalytics;
import dev.wearon.client.model.StoreConfig;
import dev.wearon.client.model.StoreConfigWithDisclosure;
import dev.wearon.client.transport.Call;
import dev.wearon.client.transport.Deadline;
import dev.wearon.client.transport.Event;
import dev.wearon.client.transport.EventStream;
import dev.wearon.client.transport.Transport;
import java.io.EOFException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Spliterator;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Configuration and figures of the store. */
public final class Store {

    private static final String CONFIG = "/api/v1/stores/config";

    /** The service ends a stream a minute earlier. */
    private static final Duration LONGEST_STREAM = Duration.ofMinutes(16);

    private final Transport transport;

    Store(Transport transport) {
        this.transport = transport;
    }

    public StoreConfigWithDisclosure config() {
        return transport.call(Call.get(CONFIG)).data(StoreConfigWithDisclosure.class);
    }

    /**
     * Chooses who pays.
     *
     * @param billingMode {@code absorb_mode}: the store; {@code resell_mode}: its shoppers
     * @param retailCreditPrice of one credit for a shopper; null in {@code absorb_mode}
     */
    public StoreConfig changeConfig(String billingMode, BigDecimal retailCreditPrice) {
        Map<String, Object> body = new HashMap<>(Map.of("billing_mode", billingMode));
        if (retailCreditPrice != null) {
            body.put("retail_credit_price", retailCreditPrice);
        }
        return transport.call(Call.patch(CONFIG, body)).data(StoreConfig.class);
    }

    /** The figures of all try-ons. */
    public StoreAnalytics analytics() {
        return figures(null, null);
    }

    /** The figures of whole days in UTC. Null leaves the period open at that end. */
    public StoreAnalytics analytics(LocalDate start, LocalDate end) {
        return figures(start, end);
    }

    /** The figures of a period. Null leaves it open at that end. */
    public StoreAnalytics analytics(Instant start, Instant end) {
        return figures(start, end);
    }

    /**
     * The unfinished try-ons and the credits of the store, and then each change, on one connection. The stream ends when the service
     * ends the connection, after 15 minutes at most; a break is an exception. Then read what has ended meanwhile with {@link
     * Generations#list}, and call it again. A state may come twice: compare the versions. Close a stream that you do not read to
     * its end.
     */
    public Stream<StoreEvent> events() {
        EventStream stream = transport.stream("/api/v1/events", null, Deadline.in(LONGEST_STREAM))
                .orElseThrow(() -> new WearOnConnectionException(new EOFException("There is no stream.")));
        Spliterator<Event> events =
                new AbstractSpliterator<>(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL) {
                    @Override
                    public boolean tryAdvance(Consumer<? super Event> reader) {
                        Optional<Event> event = stream.next();
                        event.ifPresent(reader);
                        return event.isPresent();
                    }
                };
        return StreamSupport.stream(events, false).onClose(stream::close).flatMap(event -> told(event).stream());
    }

    private record Pool(@JsonProperty(required = true) long balance) {}

    private static Optional<StoreEvent> told(Event event) {
        return switch (event.name()) {
            case "session" ->
                Optional.of(new StoreEvent(Optional.of(event.data(Generation.class)), OptionalLong.empty()));
            case "balance" ->
                Optional.of(new StoreEvent(
                        Optional.empty(), OptionalLong.of(event.data(Pool.class).balance())));
            default -> Optional.empty();
        };
    }

    private StoreAnalytics figures(Object start, Object end) {
        return transport
                .call(Call.get("/api/v1/stores/analytics")
                        .query("start_date", start)
                        .query("end_date", end))
                .data(StoreAnalytics.class);
    }
}
