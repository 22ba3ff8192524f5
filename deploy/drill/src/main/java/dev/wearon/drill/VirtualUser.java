package dev.wearon.drill;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;

/** A simulated client that requests one try-on after the other and records the answers in {@link Observations}. */
final class VirtualUser implements Runnable {

    /** How a client reacts to a create without a final answer, and to success. */
    enum Kind {
        /** Retries with the same key until a final answer. */
        RETRYING,
        /** Never retries; sends a key only sometimes. */
        GIVING_UP,
        /** Retries like the first kind, and repeats the request once more after success. */
        REPEATING
    }

    private static final int MAX_PAUSE_MS = 500;
    /** Longer than most sessions take: otherwise many clients create sessions faster than the workers finish them. */
    private static final int MAX_POLLING_MS = 30_000;

    private static final int POLL_INTERVAL_MS = 300;
    private static final int MIN_RETRY_DELAY_MS = 200;
    private static final int MAX_RETRY_DELAY_MS = 900;
    /** The request numbers of the repeats after success begin here, so that request ids stay unique. */
    private static final int FIRST_REPEAT = 1_001;

    // Probabilities.
    private static final double WITHOUT_IMAGES = 0.06;
    private static final double EMPTY_WALLET = 0.08;
    private static final double SHORT_TIMEOUT = 0.3;
    private static final double KEY_WITHOUT_RETRY = 0.3;
    private static final double DEADLINE = 0.15;
    private static final double CANCEL = 0.15;

    /** Some try-ons end in time, and some do not. */
    private static final int MAX_DEADLINE_S = 10;

    private static final int MAX_PAUSE_BEFORE_CANCEL_MS = 3_000;

    private final Kind kind;
    private final String name;
    private final List<Payer> funded;
    private final List<Payer> empty;
    private final GatewayClient gateway;
    private final Observations observations;
    private final Random random;
    private final TrafficState state;
    private int number;
    /** Of the current try-on, because a repeat must have the same body. */
    private OptionalInt deadlineSeconds;

    /** @param name unique in the drill, without dots, because a dot ends the name in a request id */
    VirtualUser(
            Kind kind,
            String name,
            List<Payer> payers,
            GatewayClient gateway,
            Observations observations,
            Random random,
            TrafficState state) {
        this.kind = kind;
        this.name = name;
        this.funded =
                payers.stream().filter(payer -> !payer.startsWithoutCredits()).toList();
        this.empty = payers.stream().filter(Payer::startsWithoutCredits).toList();
        this.gateway = gateway;
        this.observations = observations;
        this.random = random;
        this.state = state;
    }

    @Override
    public void run() {
        try {
            while (state.acceptsNewTryOns()) {
                number++;
                deadlineSeconds = random.nextDouble() < DEADLINE
                        ? OptionalInt.of(random.nextInt(1, MAX_DEADLINE_S))
                        : OptionalInt.empty();
                double dice = random.nextDouble();
                if (dice < WITHOUT_IMAGES) {
                    createWithoutImages(randomOf(funded));
                } else if (dice < WITHOUT_IMAGES + EMPTY_WALLET) {
                    createWithoutCredits(randomOf(empty));
                } else {
                    tryOn(randomOf(funded));
                }
                Thread.sleep(random.nextInt(MAX_PAUSE_MS));
            }
        } catch (InterruptedException drillIsEnding) {
            Thread.currentThread().interrupt();
        }
    }

    private void createWithoutImages(Payer payer) throws InterruptedException {
        addRefused(400, gateway.createWithoutImages(payer, requestId(1)));
    }

    private void createWithoutCredits(Payer payer) throws InterruptedException {
        addRefused(
                402,
                gateway.create(payer, requestId(1), Optional.empty(), deadlineSeconds, GatewayClient.LONG_TIMEOUT));
    }

    private void addRefused(int expected, Reply reply) {
        observations.countCreate(reply);
        boolean answered = reply.status() != 0 && reply.status() < 500;
        if (answered) {
            observations.add(new Observations.Refused(key(), expected, reply.status()));
        }
    }

    private void tryOn(Payer payer) throws InterruptedException {
        Optional<UUID> session = kind == Kind.GIVING_UP ? createOnce(payer) : createWithRetries(payer);
        if (session.isPresent()) {
            if (random.nextDouble() < CANCEL) {
                cancel(payer, session.get());
            }
            boolean pollFirst = random.nextBoolean();
            if (pollFirst) {
                poll(payer, session.get());
            }
            if (kind == Kind.REPEATING) {
                repeat(payer, session.get());
            }
            if (!pollFirst) {
                poll(payer, session.get());
            }
        }
    }

    private Optional<UUID> createOnce(Payer payer) throws InterruptedException {
        Optional<String> key = random.nextDouble() < KEY_WITHOUT_RETRY ? Optional.of(key()) : Optional.empty();
        Reply reply = create(payer, 1, key, GatewayClient.LONG_TIMEOUT);
        return end(payer, reply, Observations.End.GAVE_UP);
    }

    private Optional<UUID> createWithRetries(Payer payer) throws InterruptedException {
        return end(payer, retryUntilFinal(payer, 1), Observations.End.UNSETTLED);
    }

    /** @param withoutFinalAnswer the end of the try-on if the reply is neither a success nor a final refusal */
    private Optional<UUID> end(Payer payer, Reply reply, Observations.End withoutFinalAnswer) {
        Observations.End end = reply.isAcknowledged()
                ? Observations.End.ACKNOWLEDGED
                : reply.isFinalRefusal() ? Observations.End.REFUSED : withoutFinalAnswer;
        boolean lackOfCredits = reply.status() == 402 && payer.hasFewCredits();
        if (end == Observations.End.REFUSED && !lackOfCredits) {
            observations.addUnexpected("%s got %s".formatted(key(), reply.brief()));
        }
        observations.add(new Observations.TryOn(key(), kind, payer, end));
        return reply.session().filter(session -> reply.isAcknowledged());
    }

    private void repeat(Payer payer, UUID first) throws InterruptedException {
        Reply reply = retryUntilFinal(payer, FIRST_REPEAT);
        if (reply.isAcknowledged()) {
            observations.add(
                    new Observations.Repeated(key(), first, reply.session().orElseThrow(), reply.replayed()));
        } else if (reply.isFinalRefusal()) {
            observations.addUnexpected("%s, repeated after its 201, got %s".formatted(key(), reply.brief()));
        }
    }

    /** Returns the first final reply, or the last reply when the drill ends. */
    private Reply retryUntilFinal(Payer payer, int firstRequest) throws InterruptedException {
        for (int request = firstRequest; ; request++) {
            Duration timeout =
                    random.nextDouble() < SHORT_TIMEOUT ? GatewayClient.SHORT_TIMEOUT : GatewayClient.LONG_TIMEOUT;
            Reply reply = create(payer, request, Optional.of(key()), timeout);
            if (reply.isAcknowledged() || reply.isFinalRefusal() || state.isOver()) {
                return reply;
            }
            Thread.sleep(random.nextInt(MIN_RETRY_DELAY_MS, MAX_RETRY_DELAY_MS));
        }
    }

    private Reply create(Payer payer, int request, Optional<String> key, Duration timeout) throws InterruptedException {
        Reply reply = gateway.create(payer, requestId(request), key, deadlineSeconds, timeout);
        observations.countCreate(reply);
        reply.session()
                .filter(session -> reply.isAcknowledged())
                .ifPresent(session -> observations.addAcknowledged(key(), payer, session));
        return reply;
    }

    /** Cancels until there is a final answer, which must be a success: a session that has ended stays as it is. */
    private void cancel(Payer payer, UUID session) throws InterruptedException {
        Thread.sleep(random.nextInt(MAX_PAUSE_BEFORE_CANCEL_MS));
        Reply reply = gateway.cancel(payer, session);
        while (reply.status() != 200 && !reply.isFinalRefusal() && !state.isOver()) {
            Thread.sleep(random.nextInt(MIN_RETRY_DELAY_MS, MAX_RETRY_DELAY_MS));
            reply = gateway.cancel(payer, session);
        }
        if (reply.status() == 200) {
            observations.add(new Observations.Cancelled(key(), session, reply.sessionStatus()));
        } else if (reply.isFinalRefusal()) {
            observations.addUnexpected("%s was acknowledged as session %s, and cancelling it got %s"
                    .formatted(key(), session, reply.brief()));
        }
    }

    /** Polls the session until its final state or a random timeout. An acknowledged session must always exist. */
    private void poll(Payer payer, UUID session) throws InterruptedException {
        long deadline = System.nanoTime() + random.nextInt(MAX_POLLING_MS) * 1_000_000L;
        boolean ended = false;
        while (!ended && state.acceptsNewTryOns() && System.nanoTime() < deadline) {
            Thread.sleep(POLL_INTERVAL_MS);
            Reply reply = gateway.read(payer, session);
            observations.countRead();
            if (reply.isFinalRefusal()) {
                observations.addUnexpected("%s was acknowledged as session %s, and reading it got %s"
                        .formatted(key(), session, reply.brief()));
            }
            ended = List.of("completed", "failed").contains(reply.sessionStatus());
        }
    }

    private Payer randomOf(List<Payer> payers) {
        return payers.get(random.nextInt(payers.size()));
    }

    /** The idempotency key of the current try-on, which is also its name. */
    private String key() {
        return name + "-" + number;
    }

    private String requestId(int request) {
        return key() + "." + request;
    }
}
