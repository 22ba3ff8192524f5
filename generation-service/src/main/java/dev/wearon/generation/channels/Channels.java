package dev.wearon.generation.channels;

import io.quarkus.arc.All;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

@Singleton
public final class Channels {

    /** The channel of a permit without a channel. */
    public static final String DEFAULT = B2b.NAME;

    private final List<Channel> all;

    public Channels(@All List<Channel> all) {
        this.all = all.stream().sorted(Comparator.comparing(Channel::name)).toList();
    }

    public Optional<Channel> byName(String name) {
        return all.stream().filter(channel -> channel.name().equals(name)).findFirst();
    }

    /**
     * Returns all channels, rotated by one place for each turn. With two channels each comes first every second time. With three,
     * the channel after an idle one would also get the idle channel's turns.
     */
    public List<Channel> rotated(long turn) {
        if (all.size() == 1) {
            return all;
        }
        List<Channel> order = new ArrayList<>(all);
        Collections.rotate(order, -Math.floorMod(turn, all.size()));
        return order;
    }

    /** Runs {@code work} in one channel after the other, also after a failure. Fails at the end if one of them failed. */
    public <T> Uni<List<T>> forEach(Function<Channel, Uni<T>> work) {
        return Multi.createFrom()
                .iterable(all)
                .onItem()
                .transformToUni(channel -> work.apply(channel))
                .collectFailures()
                .concatenate()
                .collect()
                .asList();
    }
}
