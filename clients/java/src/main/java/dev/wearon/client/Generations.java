package dev.wearon.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.client.errors.TryOnFailedException;
import dev.wearon.client.errors.WearOnException;
import dev.wearon.client.errors.WearOnTimeoutException;
import dev.wearon.client.model.Generation;
import dev.wearon.client.model.GenerationStatus;
import dev.wearon.client.model.ListedGeneration;
import dev.wearon.client.model.Receipt;
import dev.wearon.client.model.Usage;
import dev.wearon.client.model.UsageBucket;
import dev.wearon.client.model.UsageBy;
import dev.wearon.client.transport.Answer;
import dev.wearon.client.transport.Call;
import dev.wearon.client.transport.Deadline;
import dev.wearon.client.transport.Repeats;
import dev.wearon.client.transport.Transport;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Starts try-ons and reads them. */
public final class Generations {

    /** The service ends every try-on after at most 10 minutes. */
    public static final Duration WAIT = Duration.ofSeconds(660);

    private static final Duration FIRST_READ = Duration.ofMillis(500);
    private static final Duration SLOWEST_READ = Duration.ofSeconds(2);
    /** A refund follows its failure, usually within a second. */
    private static final int READS_FOR_REFUND = 4;

    private static final System.Logger LOG = System.getLogger("dev.wearon.client");

    private final Transport transport;

    Generations(Transport transport) {
        this.transport = transport;
    }

    /**
     * Starts a try-on of uploaded pictures. It is charged once, however often the request is repeated. After a connection error
     * or a 5xx it may exist: call again with {@link TryOn#repeating}.
     */
    public CreatedGeneration create(TryOn request) {
        return create(request, transport.deadline(Transport.CALL));
    }

    /** The state of a try-on now. A failed one is no error here. */
    public Generation get(UUID id) {
        return get(id, transport.deadline(Transport.CALL));
    }

    /**
     * The state of a try-on when it has ended, or after this time. A failed one is no error here.
     *
     * @param wait 1 to 25 seconds
     */
    public Generation get(UUID id, Duration wait) {
        Call call = Call.get("/api/v1/generation/" + id).header("Prefer", "wait=" + wait.toSeconds());
        return transport
                .call(call, transport.deadline(Transport.CALL), Transport.JSON_ATTEMPT.plus(wait))
                .data(Generation.class);
    }

    /**
     * Ends a try-on that is not finished; its credit comes back. A finished one stays as it is.
     *
     * @return the try-on as it is now
     */
    public Generation cancel(UUID id) {
        return transport
                .call(Call.post("/api/v1/generation/" + id + "/cancel", null))
                .data(Generation.class);
    }

    /** What a try-on cost, computed from the ledger at this call. */
    public Receipt receipt(UUID id) {
        return transport.call(Call.get("/api/v1/generation/" + id + "/receipt")).data(Receipt.class);
    }

    /** Try-ons, newest first, without their pictures. A page is one request, made when it is needed. */
    public Iterable<ListedGeneration> list(GenerationFilter filter) {
        return () -> new Pages<>(transport, filter.pagesOf(Pages.LARGEST), "generations", ListedGeneration.class);
    }

    /**
     * What the ended try-ons of the store used, in whole days of UTC, by outcome.
     *
     * @param end the last day, at most the 400th
     */
    public Usage usage(LocalDate start, LocalDate end) {
        return used(start, end, UsageBucket.DAY, UsageBy.OUTCOME);
    }

    /**
     * What the ended try-ons of the store used, in whole hours or days of UTC.
     *
     * @param start a moment in the first bucket
     * @param end a moment in the last bucket: at most the 744th hour, or the 400th day
     */
    public Usage usage(Instant start, Instant end, UsageBucket bucket, UsageBy by) {
        return used(start, end, bucket, by);
    }

    private Usage used(Object start, Object end, UsageBucket bucket, UsageBy by) {
        return transport
                .call(Call.get("/api/v1/usage")
                        .query("from", start)
                        .query("to", end)
                        .query("bucket", bucket.getValue())
                        .query("by", by.getValue()))
                .data(Usage.class);
    }

    /** The present state of a try-on, and then each new one, for 11 minutes at most. */
    public Stream<Generation> events(UUID id) {
        return events(id, null, WAIT);
    }

    /**
     * The present state of a try-on, and then each new one, up to the last. A failed try-on is no error here. It connects again
     * when a connection breaks. States have no {@code generatedImageUrl}; {@link #get} has it. Close a stream that you do not
     * read to its end.
     *
     * @param after the version of a state that you have: the stream begins after it; null for none
     * @throws WearOnTimeoutException while the stream is read, after the time
     */
    public Stream<Generation> events(UUID id, Long after, Duration timeout) {
        States states = new States(transport, id, after == null ? null : after.toString(), Deadline.in(timeout), true);
        int properties = Spliterator.ORDERED | Spliterator.NONNULL;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(states, properties), false)
                .onClose(states::close);
    }

    /** Waits until a try-on is completed, for 11 minutes at most. */
    public Generation await(UUID id) {
        return await(id, WAIT);
    }

    /**
     * Waits until a try-on is completed.
     *
     * @throws TryOnFailedException if it failed; its credit comes back
     * @throws WearOnTimeoutException after the time; the try-on continues, and another call can wait for it again
     */
    public Generation await(UUID id, Duration timeout) {
        return await(id, Deadline.in(timeout));
    }

    CreatedGeneration create(TryOn request, Deadline deadline) {
        request.check();
        String key = request.idempotencyKey() == null ? UUID.randomUUID().toString() : request.idempotencyKey();
        Map<String, Object> body = new HashMap<>();
        body.put("image_urls", request.pictures().stream().map(Picture::url).toList());
        body.put("age_verified", true);
        if (request.prompt() != null) {
            body.put("prompt", request.prompt());
        }
        if (request.garmentType() != null) {
            body.put("garment_type", request.garmentType().onTheWire());
        }
        if (request.deadline() != null) {
            body.put("deadline_seconds", request.deadline().toSeconds());
        }
        Call call = Call.post("/api/v1/generation/create", body)
                .idempotencyKey(key)
                .header("x-shopper-email", request.shopperEmail());
        try {
            return created(transport.call(call, deadline), key);
        } catch (WearOnException error) {
            error.complete(facts -> facts.withIdempotencyKey(key));
            throw error;
        }
    }

    private static CreatedGeneration created(Answer answer, String key) {
        JsonNode data = answer.data();
        try {
            UUID id = UUID.fromString(data.path("session_id").asText());
            boolean replayed = answer.headers()
                    .firstValue("Idempotency-Replayed")
                    .filter("true"::equals)
                    .isPresent();
            return new CreatedGeneration(id, data.path("status").asText(), replayed, key);
        } catch (IllegalArgumentException noId) {
            throw answer.unexpected("The response has no id of a generation. Repeat the create with its key.");
        }
    }

    private Generation get(UUID id, Deadline deadline) {
        return transport.call(Call.get("/api/v1/generation/" + id), deadline).data(Generation.class);
    }

    Generation await(UUID id, Deadline deadline) {
        try {
            return ended(id, deadline, follow(id, deadline));
        } catch (WearOnException error) {
            error.complete(facts -> facts.orSessionId(id));
            throw error;
        }
    }

    /** Returns when it has ended, or when there is no stream: then it is read from time to time. Null unless it has failed. */
    private Generation follow(UUID id, Deadline deadline) {
        Generation last = null;
        try (States states = new States(transport, id, null, deadline, false)) {
            while (states.hasNext()) {
                last = states.next();
            }
        } catch (WearOnException error) {
            if (error.code().equals(WearOnException.ABORTED)) {
                throw error;
            }
            LOG.log(System.Logger.Level.DEBUG, "Try-on {0} is read from time to time: {1}", id, error.code());
        }
        return last != null && last.status() == GenerationStatus.FAILED ? last : null;
    }

    /** {@code failed} is a state that was seen, or null. Once it was seen, the end of the time says so, too. */
    private Generation ended(UUID id, Deadline deadline, Generation failed) {
        int readsForRefund = 0;
        for (Duration interval = FIRST_READ; ; interval = longer(interval)) {
            Duration pause = jittered(interval);
            Generation generation = null;
            try {
                generation = get(id, deadline);
            } catch (WearOnException error) {
                // The try-on continues while the service cannot be asked, so one failed read must not end the wait.
                if (!Repeats.maySurvive(error)) {
                    throw error;
                }
                pause = pause.plus(error.retryAfter().orElse(Duration.ZERO));
            }
            boolean last = !deadline.outlasts(pause);
            GenerationStatus status = generation == null ? null : generation.status();
            if (status == GenerationStatus.COMPLETED) {
                return generation;
            }
            if (status == GenerationStatus.FAILED) {
                failed = generation;
                if (isRefunded(failed) || readsForRefund++ == READS_FOR_REFUND) {
                    throw new TryOnFailedException(failed);
                }
            }
            if (last && failed != null) {
                throw new TryOnFailedException(failed);
            }
            if (last) {
                throw new WearOnTimeoutException(
                        "The try-on has not finished in time. It continues; wait for it again.", id);
            }
            Deadline.pause(pause);
        }
    }

    private static boolean isRefunded(Generation generation) {
        return generation.creditsRefunded() >= generation.creditsUsed();
    }

    private static Duration jittered(Duration interval) {
        return Duration.ofMillis(
                (long) (interval.toMillis() * ThreadLocalRandom.current().nextDouble(0.8, 1.2)));
    }

    private static Duration longer(Duration interval) {
        Duration longer = interval.multipliedBy(13).dividedBy(10);
        return longer.compareTo(SLOWEST_READ) > 0 ? SLOWEST_READ : longer;
    }
}
