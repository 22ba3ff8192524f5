package dev.wearon.drill;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** One customer: one try-on after the other, told to {@link Observations} as it was experienced. */
final class VirtualUser implements Runnable {

    /** What a client does when it is not told how its request ended. */
    enum Kind {
        /** Repeats with the same key until it is told. */
        PERSISTENT,
        /** Gives up, mostly without a key in the first place. */
        IMPATIENT,
        /** Repeats like the first, and after success once more. */
        TWICE
    }

    private static final int LONGEST_THINKING_MS = 500;
    private static final int LONGEST_WATCHING_MS = 5_000;
    private static final int LOOK_EVERY_MS = 300;
    private static final int RETRY_LEAST_MS = 200;
    private static final int RETRY_MOST_MS = 900;

    private static final double WITHOUT_PICTURES = 0.06;
    private static final double EMPTY_WALLET = 0.08;
    private static final double HASTY = 0.3;
    private static final double KEY_OF_THE_IMPATIENT = 0.3;

    private final Kind kind;
    private final String name;
    private final List<Account> funded;
    private final List<Account> broke;
    private final GatewayClient shop;
    private final Observations seen;
    private final Random random;
    private final TrafficState hours;
    private int number;

    /** @param name of this client, unique in the drill; without dots */
    VirtualUser(
            Kind kind,
            String name,
            List<Account> buyers,
            GatewayClient shop,
            Observations seen,
            Random random,
            TrafficState hours) {
        this.kind = kind;
        this.name = name;
        this.funded = buyers.stream().filter(buyer -> !buyer.isBroke()).toList();
        this.broke = buyers.stream().filter(Account::isBroke).toList();
        this.shop = shop;
        this.seen = seen;
        this.random = random;
        this.hours = hours;
    }

    @Override
    public void run() {
        try {
            while (hours.areOpen()) {
                number++;
                double dice = random.nextDouble();
                if (dice < WITHOUT_PICTURES) {
                    askWithoutPictures(one(funded));
                } else if (dice < WITHOUT_PICTURES + EMPTY_WALLET) {
                    askWithoutCredit(one(broke));
                } else {
                    ask(one(funded));
                }
                Thread.sleep(random.nextInt(LONGEST_THINKING_MS));
            }
        } catch (InterruptedException drillIsEnding) {
            Thread.currentThread().interrupt();
        }
    }

    private void askWithoutPictures(Account buyer) throws InterruptedException {
        note(400, shop.createWithoutPictures(buyer, request(1)));
    }

    private void askWithoutCredit(Account buyer) throws InterruptedException {
        note(402, shop.create(buyer, request(1), Optional.empty(), GatewayClient.PATIENT));
    }

    private void note(int expected, Reply reply) {
        seen.answered(reply);
        boolean answered = reply.status() != 0 && reply.status() < 500;
        if (answered) {
            seen.refused(new Observations.Refused(tryOn(), expected, reply.status()));
        }
    }

    private void ask(Account buyer) throws InterruptedException {
        Optional<UUID> session = kind == Kind.IMPATIENT ? askOnce(buyer) : askUntilTold(buyer);
        if (session.isPresent()) {
            boolean watchFirst = random.nextBoolean();
            if (watchFirst) {
                watch(buyer, session.get());
            }
            if (kind == Kind.TWICE) {
                askAgain(buyer, session.get());
            }
            if (!watchFirst) {
                watch(buyer, session.get());
            }
        }
    }

    private Optional<UUID> askOnce(Account buyer) throws InterruptedException {
        Optional<String> key = random.nextDouble() < KEY_OF_THE_IMPATIENT ? Optional.of(tryOn()) : Optional.empty();
        Reply reply = create(buyer, 1, key, GatewayClient.PATIENT);
        return end(buyer, reply, Observations.End.GAVE_UP);
    }

    private Optional<UUID> askUntilTold(Account buyer) throws InterruptedException {
        return end(buyer, createUntilTold(buyer, 1), Observations.End.UNSETTLED);
    }

    private Optional<UUID> end(Account buyer, Reply reply, Observations.End otherwise) {
        Observations.End end = reply.acknowledges()
                ? Observations.End.ACKNOWLEDGED
                : reply.refuses() ? Observations.End.REFUSED : otherwise;
        boolean forLackOfCredit = reply.status() == 402 && buyer.mayRunDry();
        if (end == Observations.End.REFUSED && !forLackOfCredit) {
            seen.surprised("%s was answered %s".formatted(tryOn(), reply.brief()));
        }
        seen.ended(new Observations.TryOn(tryOn(), kind, buyer, end));
        return reply.session().filter(session -> reply.acknowledges());
    }

    private void askAgain(Account buyer, UUID first) throws InterruptedException {
        Reply reply = createUntilTold(buyer, 1_001);
        if (reply.acknowledges()) {
            seen.repeated(
                    new Observations.Repeated(tryOn(), first, reply.session().orElseThrow(), reply.replayed()));
        } else if (reply.refuses()) {
            seen.surprised("%s, repeated after its 201, was answered %s".formatted(tryOn(), reply.brief()));
        }
    }

    /** The last reply is one that settles it, unless the drill was over before. */
    private Reply createUntilTold(Account buyer, int firstRequest) throws InterruptedException {
        for (int request = firstRequest; ; request++) {
            Duration patience = random.nextDouble() < HASTY ? GatewayClient.HASTY : GatewayClient.PATIENT;
            Reply reply = create(buyer, request, Optional.of(tryOn()), patience);
            if (reply.acknowledges() || reply.refuses() || hours.areOver()) {
                return reply;
            }
            Thread.sleep(random.nextInt(RETRY_LEAST_MS, RETRY_MOST_MS));
        }
    }

    private Reply create(Account buyer, int request, Optional<String> key, Duration patience)
            throws InterruptedException {
        Reply reply = shop.create(buyer, request(request), key, patience);
        seen.answered(reply);
        reply.session()
                .filter(session -> reply.acknowledges())
                .ifPresent(session -> seen.acknowledged(tryOn(), buyer, session));
        return reply;
    }

    /** Until it has ended, or this customer has seen enough. An acknowledged session is always there. */
    private void watch(Account buyer, UUID session) throws InterruptedException {
        long enough = System.nanoTime() + random.nextInt(LONGEST_WATCHING_MS) * 1_000_000L;
        boolean ended = false;
        while (!ended && hours.areOpen() && System.nanoTime() < enough) {
            Thread.sleep(LOOK_EVERY_MS);
            Reply reply = shop.read(buyer, session);
            seen.read();
            if (reply.refuses()) {
                seen.surprised("%s was acknowledged as %s, and reading it was answered %s"
                        .formatted(tryOn(), session, reply.brief()));
            }
            ended = List.of("completed", "failed").contains(reply.sessionStatus());
        }
    }

    private Account one(List<Account> buyers) {
        return buyers.get(random.nextInt(buyers.size()));
    }

    private String tryOn() {
        return name + "-" + number;
    }

    private String request(int request) {
        return tryOn() + "." + request;
    }
}
