package dev.wearon.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.http.Problem;
import java.nio.ByteBuffer;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageRequestTest {

    private static final Cursor CURSOR = new Cursor(
            OffsetDateTime.parse("2026-11-21T10:00:00.123456Z"),
            UUID.fromString("0193c0de-0000-7000-8000-00000000000a"));

    @Test
    void defaultsToTheNewestTwentyRows() {
        assertThat(PageRequest.of(null, null)).isEqualTo(new PageRequest(20, Cursor.NEWEST));
    }

    @Test
    void continuesAfterTheRowOfTheCursor() {
        assertThat(PageRequest.of("100", CURSOR.encoded())).isEqualTo(new PageRequest(100, CURSOR));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "101", "-1", "1.5", "ten", "", " 5", "+5", "005", "99999999999999999999", "٣"})
    void refusesALimitOutsideOneToAHundred(String limit) {
        assertThatThrownBy(() -> PageRequest.of(limit, null))
                .isInstanceOf(Problem.class)
                .hasMessageStartingWith("limit ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AA", "AAAAAAAAAAE", "not a cursor!", "' OR 1=1 --"})
    void refusesAnInvalidCursor(String cursor) {
        assertThatThrownBy(() -> PageRequest.of(null, cursor))
                .isInstanceOf(Problem.class)
                .hasMessageStartingWith("cursor ");
    }

    /** PostgreSQL cannot represent these times. */
    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, Long.MAX_VALUE, 253_370_764_800_000_000L})
    void refusesATimeOutsideTheRangeOfTheDatabase(long micros) {
        byte[] bytes = ByteBuffer.allocate(24).putLong(micros).array();
        String cursor = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        assertThatThrownBy(() -> PageRequest.of(null, cursor)).isInstanceOf(Problem.class);
    }

    @Test
    void refusesANonCanonicalCursor() {
        assertThatThrownBy(() -> PageRequest.of(null, CURSOR.encoded() + "=")).isInstanceOf(Problem.class);
        assertThatThrownBy(() -> PageRequest.of(null, CURSOR.encoded() + "AAAA"))
                .isInstanceOf(Problem.class);
    }
}
