package dev.wearon.generation.audit;

import dev.wearon.generation.audit.ComparedSessions.Compared;
import dev.wearon.generation.audit.Tally.Item;
import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.charging.Charges;
import dev.wearon.generation.images.Images;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Walks through a window of a channel once by its sessions and once by its charges, a page at a time. */
@ApplicationScoped
class Comparison {

    private static final int PAGE = Charges.MOST_LOOKED_UP;

    /** What is done about the mismatches of a page before the next one is read. */
    interface Remedy {

        Remedy NONE = (mismatch, items) -> Uni.createFrom().voidItem();

        Uni<Void> apply(Mismatch mismatch, List<Item> items);
    }

    private final ComparedSessions sessions;
    private final Charges charges;
    private final Images images;
    private final AuditConfig config;

    Comparison(ComparedSessions sessions, Charges charges, Images images, AuditConfig config) {
        this.sessions = sessions;
        this.charges = charges;
        this.images = images;
        this.config = config;
    }

    /** Where a page begins: behind the last of the page before it. */
    private static final class Place {
        private Instant from;
        private Optional<UUID> after = Optional.empty();

        private Place(Instant from) {
            this.from = from;
        }

        private void moveBehind(Instant createdAt, UUID id) {
            from = createdAt;
            after = Optional.of(id);
        }
    }

    Uni<Void> run(Channel channel, Window window, Tally tally, Remedy remedy) {
        return pages(window.from(), place -> sessionPage(channel, place, window, tally, remedy))
                .chain(() -> pages(window.from(), place -> chargePage(channel, place, window, tally, remedy)));
    }

    /** Page after page, on a stack that does not grow with their number; a short one is the last. */
    private static Uni<Void> pages(Instant from, Function<Place, Uni<? extends Integer>> page) {
        return Multi.createBy()
                .repeating()
                .uni(() -> new Place(from), page)
                .whilst(read -> read == PAGE)
                .onItem()
                .ignoreAsUni();
    }

    private Uni<Integer> sessionPage(Channel channel, Place place, Window window, Tally tally, Remedy remedy) {
        return sessions.page(channel, place.from, place.after, window.to(), PAGE, config.refundWithin())
                .chain(page -> {
                    if (page.isEmpty()) {
                        return Uni.createFrom().item(0);
                    }
                    place.moveBehind(page.getLast().createdAt(), page.getLast().id());
                    tally.sessionsSeen(page.size());
                    return Uni.combine()
                            .all()
                            .unis(
                                    lookedUp(
                                            channel,
                                            page.stream().map(Compared::id).toList()),
                                    missing(page))
                            .asTuple()
                            .chain(known -> settle(judged(page, known.getItem1(), known.getItem2()), tally, remedy))
                            .replaceWith(page.size());
                });
    }

    private Uni<Integer> chargePage(Channel channel, Place place, Window window, Tally tally, Remedy remedy) {
        return charges.standing(channel.issuer(), place.from, place.after.orElse(null), window.to(), PAGE)
                .onFailure()
                .transform(Unanswered::new)
                .chain(page -> {
                    if (page.isEmpty()) {
                        return Uni.createFrom().item(0);
                    }
                    place.moveBehind(page.getLast().createdAt(), page.getLast().id());
                    tally.chargesSeen(page.size());
                    return withoutSession(channel, page)
                            .chain(alone -> lookedUp(
                                            channel,
                                            alone.stream()
                                                    .map(Charges.Standing::id)
                                                    .toList())
                                    .chain(held -> settle(judged(alone, held), tally, remedy)))
                            .replaceWith(page.size());
                });
    }

    private Uni<List<Charges.Standing>> withoutSession(Channel channel, List<Charges.Standing> page) {
        return sessions.known(channel, page.stream().map(Charges.Standing::id).toList())
                .map(known -> {
                    Map<UUID, UUID> owners = known.stream()
                            .collect(Collectors.toMap(ComparedSessions.Known::id, ComparedSessions.Known::ownerId));
                    return page.stream()
                            .filter(charge -> !charge.ownerId().equals(owners.get(charge.id())))
                            .toList();
                });
    }

    private Uni<Map<UUID, Charges.Held>> lookedUp(Channel channel, List<UUID> ids) {
        return ids.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : charges.lookup(channel.issuer(), ids)
                        .onFailure()
                        .transform(Unanswered::new)
                        .map(held -> held.stream().collect(Collectors.toMap(Charges.Held::id, Function.identity())));
    }

    private Uni<Set<String>> missing(List<Compared> page) {
        List<String> paths = page.stream()
                .map(Compared::readablePath)
                .flatMap(Optional::stream)
                .toList();
        return paths.isEmpty()
                ? Uni.createFrom().item(Set.of())
                : images.missing(paths).onFailure().transform(Unanswered::new).map(HashSet::new);
    }

    private static Uni<Void> settle(Map<Mismatch, List<Item>> found, Tally tally, Remedy remedy) {
        found.forEach(tally::found);
        return Multi.createFrom()
                .iterable(found.entrySet())
                .onItem()
                .transformToUniAndConcatenate(entry -> remedy.apply(entry.getKey(), entry.getValue()))
                .onItem()
                .ignoreAsUni();
    }

    private static Map<Mismatch, List<Item>> judged(
            List<Compared> page, Map<UUID, Charges.Held> held, Set<String> missing) {
        return grouped(
                page,
                session -> judge(
                        session,
                        Optional.ofNullable(held.get(session.id())),
                        session.readablePath().filter(missing::contains).isPresent()),
                session -> new Item(session.id(), session.ownerId(), session.createdAt()));
    }

    private static Map<Mismatch, List<Item>> judged(List<Charges.Standing> alone, Map<UUID, Charges.Held> held) {
        return grouped(
                alone,
                charge -> held.containsKey(charge.id()) && held.get(charge.id()).taken() > 1
                        ? EnumSet.of(Mismatch.CHARGED_WITHOUT_SESSION, Mismatch.DOUBLE_CHARGE)
                        : EnumSet.of(Mismatch.CHARGED_WITHOUT_SESSION),
                charge -> new Item(charge.id(), charge.ownerId(), charge.createdAt()));
    }

    private static <T> Map<Mismatch, List<Item>> grouped(
            List<T> page, Function<T, Set<Mismatch>> judge, Function<T, Item> item) {
        Map<Mismatch, List<Item>> found = new EnumMap<>(Mismatch.class);
        for (T one : page) {
            for (Mismatch mismatch : judge.apply(one)) {
                found.computeIfAbsent(mismatch, none -> new ArrayList<>()).add(item.apply(one));
            }
        }
        return found;
    }

    /** @param held under the session's id, be it of another owner: then this one was not charged */
    static Set<Mismatch> judge(Compared session, Optional<Charges.Held> held, boolean pictureMissing) {
        Optional<Charges.Held> own = held.filter(charge -> charge.ownerId().equals(session.ownerId()));
        Set<Mismatch> found = EnumSet.noneOf(Mismatch.class);
        if (session.completed()) {
            if (own.filter(Charges.Held::everCharged).isEmpty()) {
                found.add(Mismatch.COMPLETED_WITHOUT_CHARGE);
            } else if (!own.get().stands()) {
                found.add(Mismatch.RELEASED_BUT_COMPLETED);
            }
        }
        if (session.refundDue() && own.filter(Charges.Held::stands).isPresent()) {
            found.add(Mismatch.FAILED_NOT_RELEASED);
        }
        if (own.filter(charge -> charge.taken() > 1).isPresent()) {
            found.add(Mismatch.DOUBLE_CHARGE);
        }
        if (pictureMissing) {
            found.add(Mismatch.RESULT_OBJECT_MISSING);
        }
        return found;
    }
}
