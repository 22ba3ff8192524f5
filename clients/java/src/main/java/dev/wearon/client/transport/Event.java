package dev.wearon.client.transport;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.wearon.client.errors.Facts;
import dev.wearon.client.errors.WearOnException;

/** A server-sent event. */
public record Event(String name, String data) {

    /** Its data, which is JSON. */
    public <T> T data(Class<T> type) {
        try {
            return Answer.JSON.readValue(data, type);
        } catch (JsonProcessingException otherForm) {
            // The text of the cause may contain a signed URL.
            throw new WearOnException(
                    WearOnException.UNEXPECTED_RESPONSE,
                    "An event has not the form of a " + type.getSimpleName() + ".",
                    Facts.NONE,
                    null);
        }
    }

    /** Without its data, in which there are URLs. */
    @Override
    public String toString() {
        return "Event[" + name + "]";
    }
}
