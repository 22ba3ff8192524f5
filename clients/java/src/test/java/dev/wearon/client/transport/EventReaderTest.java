package dev.wearon.client.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.client.errors.WearOnException;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {

    private static final byte[] TEXT =
            (": hello\r\nid: 1\r\nevent: a\r\ndata: ä\r\ndata:b\r\n\r\nid: 2\n\ndata: c\n\nevent: cut\ndata: d\n")
                    .getBytes(UTF_8);

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1000})
    void readsEventsInAnyParts(int size) {
        EventReader reader = new EventReader();
        for (int start = 0; start < TEXT.length; start += size) {
            reader.read(Arrays.copyOfRange(TEXT, start, Math.min(TEXT.length, start + size)));
        }
        assertThat(reader.next()).contains(new Event("a", "ä\nb"));
        assertThat(reader.next()).contains(new Event("message", "c"));
        assertThat(reader.next()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n"})
    void refusesAnEventWithoutEnd(String endOfLine) {
        byte[] part = ("data: " + "a".repeat(600_000) + endOfLine).getBytes(UTF_8);
        EventReader reader = new EventReader();
        reader.read(part);
        assertThatThrownBy(() -> reader.read(part)).isInstanceOf(WearOnException.class);
    }
}
