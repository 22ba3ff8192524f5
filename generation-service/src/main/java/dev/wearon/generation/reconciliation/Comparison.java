package dev.wearon.generation.reconciliation;

import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.charging.Charges;
import dev.wearon.generation.images.Images;
import dev.wearon.generation.reconciliation.ComparedSessions.ComparedSession;
import dev.wearon.generation.reconciliation.ComparisonResult.Item;
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

/** Compares a window of a channel page by page: first its sessions, then its charges. */
@ApplicationScoped
class Comparison {

    private static final int PAGE = Charges.MAX_LOOKUP;

    /** Handles the mismatches of a page before the next page is read. */
    interface MismatchHandler {

        MismatchHandler NONE = (mismatch, items) -> Uni.createFrom().voidItem();

        Uni<Void> handle(Mismatch mismatch, List<Item> items);
    }

    private final ComparedSessions sessions;
    private final Charges charges;
    private final Images images;
    private final ReconciliationConfig config;

    Comparison(ComparedSessions sessions, Charges charges, Images images, ReconciliationConfig config) {
        this.sessions = sessions;
        this.charges = charges;
        this.images = images;
        this.config = config;
    }

    /** The position of the next page: after the last item of the page before. */
    private static final class Cursor {
        private Instant from;
        private Optional<UUID> after = Optional.empty();

        private Cursor(Instant from) {
            this.from = from;
        }

        private void moveAfter(Instant createdAt, UUID id) {
            from = createdAt;
            after = Optional.of(id);
        }
    }

    Uni<Void> run(Channel channel, Window window, ComparisonResult result, MismatchHandler handler) {
        return pages(window.from(), cursor -> sessionPage(channel, cursor, window, result, handler))
                .chain(() -> pages(window.from(), cursor -> chargePage(channel, cursor, window, result, handler)));
    }

    /** Reads until a page is not full. The depth of the stack does not grow with the number of pages. */
    private static Uni<Void> pages(Instant from, Function<Cursor, Uni<? extends Integer>> page) {
        return Multi.createBy()
                .repeating()
                .uni(() -> new Cursor(from), page)
                .whilst(read -> read == PAGE)
                .onItem()
                .ignoreAsUni();
    }

    private Uni<Integer> sessionPage(
            Channel channel, Cursor cursor, Window window, ComparisonResult result, MismatchHandler handler) {
        return sessions.page(channel, cursor.from, cursor.after, window.to(), PAGE, config.refundWithin())
                .chain(page -> {
                    if (page.isEmpty()) {
                        return Uni.createFrom().item(0);
                    }
                    cursor.moveAfter(page.getLast().createdAt(), page.getLast().id());
                    result.addSessions(page.size());
                    return Uni.combine()
                            .all()
                            .unis(
                                    lookUp(
                                            channel,
                                            page.stream()
                                                    .map(ComparedSession::id)
                                                    .toList()),
                                    missing(page))
                            .asTuple()
                            .chain(known -> handle(
                                    mismatchesByClass(page, known.getItem1(), known.getItem2()), result, handler))
                            .replaceWith(page.size());
                });
    }

    private Uni<Integer> chargePage(
            Channel channel, Cursor cursor, Window window, ComparisonResult result, MismatchHandler handler) {
        return charges.unreleased(channel.issuer(), cursor.from, cursor.after.orElse(null), window.to(), PAGE)
                .onFailure()
                .transform(NeighbourException::new)
                .chain(page -> {
                    if (page.isEmpty()) {
                        return Uni.createFrom().item(0);
                    }
                    cursor.moveAfter(page.getLast().createdAt(), page.getLast().id());
                    result.addCharges(page.size());
                    return withoutSession(channel, page)
                            .chain(unmatched -> lookUp(
                                            channel,
                                            unmatched.stream()
                                                    .map(Charges.UnreleasedCharge::id)
                                                    .toList())
                                    .chain(held -> handle(mismatchesByClass(unmatched, held), result, handler)))
                            .replaceWith(page.size());
                });
    }

    private Uni<List<Charges.UnreleasedCharge>> withoutSession(Channel channel, List<Charges.UnreleasedCharge> page) {
        return sessions.find(
                        channel, page.stream().map(Charges.UnreleasedCharge::id).toList())
                .map(known -> {
                    Map<UUID, UUID> owners = known.stream()
                            .collect(Collectors.toMap(
                                    ComparedSessions.ExistingSession::id, ComparedSessions.ExistingSession::ownerId));
                    return page.stream()
                            .filter(charge -> !charge.ownerId().equals(owners.get(charge.id())))
                            .toList();
                });
    }

    private Uni<Map<UUID, Charges.LedgerCharge>> lookUp(Channel channel, List<UUID> ids) {
        return ids.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : charges.lookup(channel.issuer(), ids)
                        .onFailure()
                        .transform(NeighbourException::new)
                        .map(held ->
                                held.stream().collect(Collectors.toMap(Charges.LedgerCharge::id, Function.identity())));
    }

    private Uni<Set<String>> missing(List<ComparedSession> page) {
        List<String> paths = page.stream()
                .map(ComparedSession::readablePath)
                .flatMap(Optional::stream)
                .toList();
        return paths.isEmpty()
                ? Uni.createFrom().item(Set.of())
                : images.missing(paths)
                        .onFailure()
                        .transform(NeighbourException::new)
                        .map(HashSet::new);
    }

    private static Uni<Void> handle(Map<Mismatch, List<Item>> found, ComparisonResult result, MismatchHandler handler) {
        found.forEach(result::add);
        return Multi.createFrom()
                .iterable(found.entrySet())
                .onItem()
                .transformToUniAndConcatenate(entry -> handler.handle(entry.getKey(), entry.getValue()))
                .onItem()
                .ignoreAsUni();
    }

    private static Map<Mismatch, List<Item>> mismatchesByClass(
            List<ComparedSession> page, Map<UUID, Charges.LedgerCharge> held, Set<String> missing) {
        return grouped(
                page,
                session -> mismatches(
                        session,
                        Optional.ofNullable(held.get(session.id())),
                        session.readablePath().filter(missing::contains).isPresent()),
                session -> new Item(session.id(), session.ownerId(), session.createdAt()));
    }

    private static Map<Mismatch, List<Item>> mismatchesByClass(
            List<Charges.UnreleasedCharge> unmatched, Map<UUID, Charges.LedgerCharge> held) {
        return grouped(
                unmatched,
                charge -> held.containsKey(charge.id()) && held.get(charge.id()).deductions() > 1
                        ? EnumSet.of(Mismatch.CHARGED_WITHOUT_SESSION, Mismatch.DOUBLE_CHARGE)
                        : EnumSet.of(Mismatch.CHARGED_WITHOUT_SESSION),
                charge -> new Item(charge.id(), charge.ownerId(), charge.createdAt()));
    }

    private static <T> Map<Mismatch, List<Item>> grouped(
            List<T> page, Function<T, Set<Mismatch>> mismatches, Function<T, Item> item) {
        Map<Mismatch, List<Item>> found = new EnumMap<>(Mismatch.class);
        for (T one : page) {
            for (Mismatch mismatch : mismatches.apply(one)) {
                found.computeIfAbsent(mismatch, none -> new ArrayList<>()).add(item.apply(one));
            }
        }
        return found;
    }

    /** @param held the charge with the session's id; a charge of another owner does not count */
    static Set<Mismatch> mismatches(
            ComparedSession session, Optional<Charges.LedgerCharge> held, boolean pictureMissing) {
        Optional<Charges.LedgerCharge> own =
                held.filter(charge -> charge.ownerId().equals(session.ownerId()));
        Set<Mismatch> found = EnumSet.noneOf(Mismatch.class);
        if (session.completed()) {
            if (own.filter(Charges.LedgerCharge::everCharged).isEmpty()) {
                found.add(Mismatch.COMPLETED_WITHOUT_CHARGE);
            } else if (!own.get().unreleased()) {
                found.add(Mismatch.RELEASED_BUT_COMPLETED);
            }
        }
        if (session.refundDue() && own.filter(Charges.LedgerCharge::unreleased).isPresent()) {
            found.add(Mismatch.FAILED_NOT_RELEASED);
        }
        if (own.filter(charge -> charge.deductions() > 1).isPresent()) {
            found.add(Mismatch.DOUBLE_CHARGE);
        }
        if (pictureMissing) {
            found.add(Mismatch.RESULT_OBJECT_MISSING);
        }
        return found;
    }
}
