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

/** Every channel that this process serves. */
@Singleton
public final class Channels {

    /** The channel of a permit that names none. */
    public static final String DEFAULT = B2b.NAME;

    private final List<Channel> all;

    public Channels(@All List<Channel> all) {
        this.all = all.stream().sorted(Comparator.comparing(Channel::name)).toList();
    }

    public Optional<Channel> byName(String name) {
        return all.stream().filter(channel -> channel.name().equals(name)).findFirst();
    }

    /**
     * All of them in the order in which they are asked at this turn; at the next one, each is asked one place earlier. Of two this
     * is fair whether or not both are busy. Of three, the one behind an idle one would have its turns as well.
     */
    public List<Channel> rotated(long turn) {
        if (all.size() == 1) {
            return all;
        }
        List<Channel> order = new ArrayList<>(all);
        Collections.rotate(order, -Math.floorMod(turn, all.size()));
        return order;
    }

    /** Does it in one channel after the other, also after one that failed. It fails at the end when one of them did. */
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
