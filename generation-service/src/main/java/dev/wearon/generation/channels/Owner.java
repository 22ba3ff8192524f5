package dev.wearon.generation.channels;

import java.util.UUID;

/** Whose something is: an id means something only in its channel. */
public record Owner(Channel channel, UUID id) {

    @Override
    public String toString() {
        return channel.name() + " " + id;
    }
}
