package dev.wearon.storage.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.storage.transfer.RangeRequest.Portion;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangeRequestTest {

    private static final String ETAG = "\"abc\"";

    private static Portion range(String range) {
        return new RangeRequest(Optional.empty(), Optional.empty(), Optional.of(range), Optional.empty())
                .portion(ETAG, 1000);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 1",
        "bytes=0-499, 0, 500",
        "bytes=500-999, 500, 500",
        "bytes=500-, 500, 500",
        "bytes=999-, 999, 1",
        "bytes=-1, 999, 1",
        "bytes=-500, 500, 500",
        "bytes=-1000, 0, 1000",
        "bytes=-5000, 0, 1000",
        "bytes=0-5000, 0, 1000",
        "bytes=990-99999999999999999999, 990, 10",
        "bytes=-99999999999999999999, 0, 1000",
        "BYTES=1-2, 1, 2",
        "'bytes= 1-2 ', 1, 2"
    })
    void readsOneRange(String range, long from, long length) {
        assertThat(range(range)).isEqualTo(new Portion.Part(from, length));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=1000-", "bytes=1000-1001", "bytes=-0", "bytes=99999999999999999999-"})
    void isOutOfRangeIfItBeginsAfterTheEnd(String range) {
        assertThat(range(range)).isEqualTo(new Portion.OutOfRange());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=-",
                "bytes=5-4",
                "bytes=a-b",
                "bytes=0x1-2",
                "bytes=1-2,4-5",
                "bytes=--1",
                "bytes=+1-2",
                "bytes=１-２",
                "lines=1-2",
                "bytes 1-2"
            })
    void readsTheWholeObjectIfTheRangeIsInvalid(String range) {
        assertThat(range(range)).isEqualTo(new Portion.Whole());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "\"abc\", true",
                "| \"abc\" |, true",
                "\"abd\", false",
                "W/\"abc\", false",
                "abc, false",
                "|Sat, 21 Nov 2026 10:00:00 GMT|, false"
            })
    void ignoresTheRangeUnlessIfRangeMatches(String ifRange, boolean same) {
        Portion portion = new RangeRequest(
                        Optional.empty(), Optional.empty(), Optional.of("bytes=1-2"), Optional.of(ifRange))
                .portion(ETAG, 1000);
        assertThat(portion).isEqualTo(same ? new Portion.Part(1, 2) : new Portion.Whole());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "\"abc\", true",
                "W/\"abc\", true",
                "*, true",
                "|\"x\", \"abc\"|, true",
                "|W/\"x,y\",W/\"abc\"|, true",
                "\"abcd\", false",
                "\"*\", false",
                "abc, false",
                "|\"x\", \"y\"|, false"
            })
    void isNotModifiedIfAnEtagMatches(String ifNoneMatch, boolean fulfilled) {
        RangeRequest request =
                new RangeRequest(Optional.empty(), Optional.of(ifNoneMatch), Optional.empty(), Optional.empty());
        assertThat(request.isNotModified(ETAG)).isEqualTo(fulfilled);
    }

    @Test
    void readsTheWholeObjectWithoutHeaders() {
        assertThat(RangeRequest.ALL_BYTES.isNotModified(ETAG)).isFalse();
        assertThat(RangeRequest.ALL_BYTES.portion(ETAG, 1000)).isEqualTo(new Portion.Whole());
    }
}
