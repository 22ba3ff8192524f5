package dev.wearon.gateway.incoming;

import io.smallrye.mutiny.Uni;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A handler of all topics that records what it gets, and does what a test says. */
final class Recorder implements WebhookHandler {

    final List<IncomingWebhook> seen = new CopyOnWriteArrayList<>();
    volatile Function<IncomingWebhook, Uni<Handled>> behaviour =
            webhook -> Uni.createFrom().item(new Handled.Done());

    @Override
    public Set<String> topics() {
        return Arrays.stream(Topic.values()).map(Topic::wire).collect(Collectors.toSet());
    }

    @Override
    public Uni<Handled> handle(IncomingWebhook webhook) {
        seen.add(webhook);
        return behaviour.apply(webhook);
    }

    void answers(Handled handled) {
        behaviour = webhook -> Uni.createFrom().item(handled);
    }
}
