package dev.wearon.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.limits.Verdict.WindowState;
import dev.wearon.gateway.limits.Window.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalLimiterTest {

    private static final long BEGIN = 1_800_000_000_000L;

    private final LocalLimiter limiter = new LocalLimiter(1_000);
    private final Window minute = new Window(Kind.MINUTE, "minute", 5);
    private final Window hour = new Window(Kind.HOUR, "hour", 2);

    private Verdict take(long atMs) {
        return limiter.take(List.of(minute, hour), BEGIN + atMs);
    }

    private static List<Integer> left(Verdict verdict) {
        return verdict.windows().stream().map(WindowState::left).toList();
    }

    @Test
    void countsInAllWindowsOrInNone() {
        assertThat(left(take(0))).containsExactly(4, 1);
        assertThat(left(take(0))).containsExactly(3, 0);
        for (int refused = 0; refused < 3; refused++) {
            Verdict verdict = take(30_000);
            assertThat(verdict.passes()).isFalse();
            assertThat(left(verdict)).containsExactly(3, 0);
        }
        Verdict later = take(3_660_000);
        assertThat(later.passes()).isTrue();
        assertThat(left(later)).containsExactly(4, 1);
    }

    @Test
    void namesTheTightestWindowAndWhenItOpens() {
        take(0);
        Verdict last = take(0);
        assertThat(last.tightest().window()).isEqualTo(hour);
        assertThat(last.seconds()).isEqualTo(3_660);
        Verdict refused = take(1_500);
        assertThat(refused.seconds()).isEqualTo(3_659);
        assertThat(refused.refusal())
                .isEqualTo("The limit of 2 requests of this store in an hour is reached."
                        + " The next one passes in 3659 seconds.");
    }

    /** When the first window opens, the other one still refuses. */
    @Test
    void namesTheLastWindowToOpenIfSeveralAreFull() {
        Window two = new Window(Kind.MINUTE, "other minute", 2);
        limiter.take(List.of(two, hour), BEGIN);
        Verdict verdict = limiter.take(List.of(two, hour), BEGIN);
        assertThat(left(verdict)).containsExactly(0, 0);
        assertThat(verdict.tightest().window()).isEqualTo(hour);
    }

    @Test
    void countsEachKeySeparately() {
        take(0);
        take(0);
        assertThat(take(0).passes()).isFalse();
        Window other = new Window(Kind.HOUR, "another store's hour", 2);
        assertThat(limiter.take(List.of(other), BEGIN).passes()).isTrue();
    }
}
