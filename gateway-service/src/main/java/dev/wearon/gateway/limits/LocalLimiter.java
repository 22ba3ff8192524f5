package dev.wearon.gateway.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.wearon.gateway.limits.Verdict.WindowState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Counts requests in the memory of this process, while Redis is unreachable. */
final class LocalLimiter {

    private record Entry(SlidingWindow calls, Window.Kind kind) {}

    private final Cache<String, Entry> entries;

    /** @param maxWindows if there are more, the least recently used ones restart empty */
    LocalLimiter(int maxWindows) {
        this.entries = Caffeine.newBuilder()
                .maximumSize(maxWindows)
                .expireAfter(Expiry.<String, Entry>accessing(
                        (key, window) -> Duration.ofSeconds(2L * window.kind().seconds())))
                .build();
    }

    synchronized Verdict take(List<Window> windows, long nowMs) {
        List<SlidingWindow> counts = windows.stream()
                .map(window -> entries.get(window.key(), key -> empty(window)).calls())
                .toList();
        boolean passes = true;
        for (int i = 0; i < windows.size(); i++) {
            passes &= counts.get(i).total(nowMs) < windows.get(i).limit();
        }
        if (passes) {
            counts.forEach(SlidingWindow::add);
        }
        List<WindowState> states = new ArrayList<>(windows.size());
        for (int i = 0; i < windows.size(); i++) {
            Window window = windows.get(i);
            SlidingWindow calls = counts.get(i);
            int left = Math.max(0, window.limit() - calls.total(nowMs));
            states.add(new WindowState(window, left, calls.nextMs(window.limit(), nowMs)));
        }
        return new Verdict(passes ? 1 : 0, nowMs, states);
    }

    private static Entry empty(Window window) {
        return new Entry(new SlidingWindow(window.kind().bucketMs()), window.kind());
    }
}
