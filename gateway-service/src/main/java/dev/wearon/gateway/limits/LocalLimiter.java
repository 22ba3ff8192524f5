package dev.wearon.gateway.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.wearon.gateway.limits.Verdict.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The same windows in the memory of this process: what decides while Redis does not. */
final class LocalLimiter {

    private record Kept(SlidingWindow calls, Window.Kind kind) {}

    private final Cache<String, Kept> kept;

    /** @param atMost windows remembered; beyond that, those least in use begin anew */
    LocalLimiter(int atMost) {
        this.kept = Caffeine.newBuilder()
                .maximumSize(atMost)
                .expireAfter(Expiry.<String, Kept>accessing(
                        (key, window) -> Duration.ofSeconds(2L * window.kind().seconds())))
                .build();
    }

    synchronized Verdict take(List<Window> windows, long nowMs) {
        List<SlidingWindow> calls = new ArrayList<>(windows.size());
        boolean passes = true;
        for (Window window : windows) {
            SlidingWindow passed = kept.get(window.key(), key -> empty(window)).calls();
            calls.add(passed);
            passes &= passed.total(nowMs) < window.limit();
        }
        if (passes) {
            calls.forEach(SlidingWindow::take);
        }
        List<Standing> standings = new ArrayList<>(windows.size());
        for (int i = 0; i < windows.size(); i++) {
            Window window = windows.get(i);
            SlidingWindow passed = calls.get(i);
            int left = Math.max(0, window.limit() - passed.total(nowMs));
            standings.add(new Standing(window, left, passed.nextMs(window.limit(), nowMs)));
        }
        return new Verdict(passes, nowMs, standings);
    }

    private static Kept empty(Window window) {
        return new Kept(new SlidingWindow(window.kind().bucketMs()), window.kind());
    }
}
