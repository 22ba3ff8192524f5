package dev.wearon.generation.changes;

import dev.wearon.generation.channels.Channels;
import dev.wearon.generation.channels.Owner;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Encodes changes as a text: the first line is the process that sends it, each other line a change as {@code channel owner
 * session}.
 */
@Singleton
final class ChangeCodec {

    private final Channels channels;

    /** Names this process, which knows its own changes already. */
    private final String process = UUID.randomUUID().toString();

    ChangeCodec(Channels channels) {
        this.channels = channels;
    }

    String encode(List<Change> changes) {
        return Stream.concat(
                        Stream.of(process),
                        changes.stream()
                                .map(change -> change.owner().channel().name() + " "
                                        + change.owner().id() + " " + change.sessionId()))
                .collect(Collectors.joining("\n"));
    }

    /** The changes of another process. Lines that it does not understand are left out: they may be of a later version. */
    List<Change> decode(String message) {
        return message.startsWith(process)
                ? List.of()
                : message.lines()
                        .skip(1)
                        .map(this::change)
                        .flatMap(Optional::stream)
                        .toList();
    }

    private Optional<Change> change(String line) {
        String[] words = line.split(" ");
        try {
            return words.length < 3
                    ? Optional.empty()
                    : channels.byName(words[0])
                            .map(channel -> new Change(
                                    new Owner(channel, UUID.fromString(words[1])), UUID.fromString(words[2])));
        } catch (IllegalArgumentException noUuid) {
            return Optional.empty();
        }
    }
}
