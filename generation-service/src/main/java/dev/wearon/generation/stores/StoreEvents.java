package dev.wearon.generation.stores;

import dev.wearon.generation.changes.Listeners;
import dev.wearon.generation.charging.StorePool;
import dev.wearon.generation.sessions.Session;
import dev.wearon.generation.streams.Event;
import dev.wearon.generation.streams.EventSource;
import dev.wearon.identity.Principal;
import dev.wearon.timing.Timers;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/** The unfinished sessions of a store and the balance of its pool, and then every change of them. */
final class StoreEvents implements EventSource {

    private static final Logger LOG = Logger.getLogger(StoreEvents.class);

    /** Sessions of one read. */
    private static final int PAGE = 64;

    /** A client that is further behind must begin again. */
    private static final int MAX_UNREAD = 10_000;

    /** The versions that are remembered; more than the sessions that a store may have unfinished by default. */
    private static final int MAX_TOLD = 2_000;

    /** The balance is read this long after a change, so at most this often. {@link StorePool#recent} is younger than this. */
    private static final Duration BALANCE_AFTER = Duration.ofSeconds(1);

    /** A session may be created a little before its row can be read, and the clocks of processes differ. */
    private static final Duration OVERLAP = Duration.ofMinutes(1);

    record BalanceData(long balance) {}

    private record Told(long version, boolean ended) {}

    private final StoreSessions sessions;
    private final Listeners listeners;
    private final StorePool pool;
    private final Principal.OfStore caller;
    private final Instant begun = Instant.now();

    /** When all sessions were last read. What was created before is known, or was not told then. */
    private Instant allRead = begun;

    /** Sessions that may have changed. Guarded by itself, because changes come on any thread. */
    private final Set<UUID> unread = new LinkedHashSet<>();

    private final Map<UUID, Told> told = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Told> eldest) {
            return size() > MAX_TOLD;
        }
    };

    private Runnable changed;
    private volatile boolean missed;
    private volatile boolean balanceDue;
    private volatile boolean balancePlanned;
    private volatile Cancellable balanceTimer = () -> {};
    private Optional<Long> balance = Optional.empty();

    StoreEvents(StoreSessions sessions, Listeners listeners, StorePool pool, Principal.OfStore caller) {
        this.sessions = sessions;
        this.listeners = listeners;
        this.pool = pool;
        this.caller = caller;
    }

    @Override
    public Cancellable listen(Runnable changed) {
        this.changed = changed;
        Cancellable listening = listeners.toOwner(sessions.owner(caller), new Listeners.Listener() {
            @Override
            public void changed(UUID sessionId) {
                addUnread(List.of(sessionId));
                changed.run();
            }

            @Override
            public void missedChanges() {
                missed = true;
                changed.run();
            }
        });
        return () -> {
            listening.cancel();
            balanceTimer.cancel();
        };
    }

    @Override
    public Uni<News> read(boolean everything) {
        boolean all = everything || missed;
        missed = false;
        if (everything) {
            balanceDue = true;
        }
        return (all ? findUnread() : Uni.createFrom().voidItem()).chain(this::readPage);
    }

    /** Sessions that are new, also if they have ended already, or have another version, or are not unfinished any more. */
    private Uni<Void> findUnread() {
        Instant now = Instant.now();
        Instant overlapping = allRead.minus(OVERLAP);
        return sessions.recent(caller, overlapping.isAfter(begun) ? overlapping : begun)
                .invoke(recent -> {
                    allRead = now;
                    List<UUID> differing = new ArrayList<>();
                    recent.forEach((id, version) -> {
                        Told last = told.get(id);
                        if (last == null || last.version() != version) {
                            differing.add(id);
                        }
                    });
                    told.forEach((id, last) -> {
                        if (!last.ended() && !recent.containsKey(id)) {
                            differing.add(id);
                        }
                    });
                    addUnread(differing);
                })
                .replaceWithVoid();
    }

    private Uni<News> readPage() {
        if (isTooFarBehind()) {
            return Uni.createFrom().item(new News(List.of(), true));
        }
        List<UUID> page = nextPage();
        if (!page.isEmpty()) {
            planBalance();
        }
        return Uni.combine().all().unis(states(page), dueBalance()).with((states, due) -> {
            List<Event> events = new ArrayList<>();
            states.forEach(state -> event(state).ifPresent(events::add));
            due.flatMap(this::balanceEvent).ifPresent(events::add);
            if (hasUnread()) {
                changed.run();
            }
            return new News(events, false);
        });
    }

    private Uni<List<Session>> states(List<UUID> page) {
        if (page.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        List<Uni<Optional<Session>>> reads =
                page.stream().map(id -> sessions.findTogether(id, caller)).toList();
        return Uni.join()
                .all(reads)
                .andFailFast()
                .map(found -> found.stream().flatMap(Optional::stream).toList())
                .onFailure()
                .invoke(() -> addUnread(page));
    }

    private Optional<Event> event(Session session) {
        Told last = told.remove(session.id());
        Told now = new Told(session.version(), session.ended());
        boolean isNew = last == null || last.version() < now.version();
        told.put(session.id(), isNew ? now : last);
        return isNew
                ? Optional.of(new Event(
                        SessionEvents.NAME,
                        Optional.of(session.id() + ":" + session.version()),
                        SessionResponse.withoutUrl(session)))
                : Optional.empty();
    }

    private Optional<Event> balanceEvent(long now) {
        boolean same = balance.filter(told -> told == now).isPresent();
        balance = Optional.of(now);
        return same ? Optional.empty() : Optional.of(new Event("balance", Optional.empty(), new BalanceData(now)));
    }

    /** A balance that cannot be read is not told. It is read again after the next change or at the next heartbeat. */
    private Uni<Optional<Long>> dueBalance() {
        if (!balanceDue) {
            return Uni.createFrom().item(Optional.empty());
        }
        balanceDue = false;
        return pool.recent(caller.storeId()).map(Optional::of).onFailure().recoverWithItem(fault -> {
            LOG.debugf("The balance of a stream cannot be read: %s", fault);
            return Optional.empty();
        });
    }

    private void planBalance() {
        if (!balancePlanned) {
            balancePlanned = true;
            balanceTimer = Timers.after(BALANCE_AFTER, () -> {
                balancePlanned = false;
                balanceDue = true;
                changed.run();
            });
        }
    }

    private void addUnread(Collection<UUID> ids) {
        synchronized (unread) {
            if (unread.size() <= MAX_UNREAD) {
                unread.addAll(ids);
            }
        }
    }

    private boolean isTooFarBehind() {
        synchronized (unread) {
            return unread.size() > MAX_UNREAD;
        }
    }

    private boolean hasUnread() {
        synchronized (unread) {
            return !unread.isEmpty();
        }
    }

    private List<UUID> nextPage() {
        synchronized (unread) {
            List<UUID> page = new ArrayList<>();
            for (Iterator<UUID> ids = unread.iterator(); ids.hasNext() && page.size() < PAGE; ) {
                page.add(ids.next());
                ids.remove();
            }
            return page;
        }
    }
}
