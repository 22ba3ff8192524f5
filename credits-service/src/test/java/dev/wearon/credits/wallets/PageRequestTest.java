package dev.wearon.credits.wallets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.http.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageRequestTest {

    @Test
    void defaultsToTheTwentyNewest() {
        assertThat(PageRequest.of(null, null)).isEqualTo(new PageRequest(20, Long.MAX_VALUE));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 255, 4294967296L, Long.MAX_VALUE})
    void continuesAfterTheEntryOfACursor(long entryNo) {
        assertThat(PageRequest.of("100", PageRequest.cursorAfter(entryNo))).isEqualTo(new PageRequest(100, entryNo));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "101", "-1", "1.5", "ten", "", " 5", "+5", "005", "99999999999999999999", "٣"})
    void refusesALimitOutsideOneToAHundred(String limit) {
        assertThatThrownBy(() -> PageRequest.of(limit, null))
                .isInstanceOf(Problem.class)
                .hasMessageStartingWith("limit ");
    }

    /** The cursors are empty, too short, too long, negative, 0, in another alphabet, padded, not canonical or no Base64. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "AA",
                "AAAAAAAAAAEAAA",
                "__________8",
                "AAAAAAAAAAA",
                "//////////8",
                "AAAAAAAAAAE=",
                "AAAAAAAAAAF",
                "17",
                "' OR 1=1 --"
            })
    void refusesAnInvalidCursor(String cursor) {
        assertThatThrownBy(() -> PageRequest.of(null, cursor))
                .isInstanceOf(Problem.class)
                .hasMessageStartingWith("cursor ");
    }
}
