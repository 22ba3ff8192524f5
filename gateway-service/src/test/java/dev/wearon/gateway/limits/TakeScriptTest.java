package dev.wearon.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.wearon.gateway.testing.RedisCommands;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Runs the script in a real Redis. The length of a window is an argument, so the tests use short windows, or move the stored
 * state into the past.
 */
@QuarkusTest
class TakeScriptTest {

    private static final int BUCKETS = 60;

    /** A bucket is so long that none ends during a test. Tests that need an expired bucket move it into the past. */
    private static final long MINUTE_BUCKET = 3_600_000;

    private static final long HOUR_BUCKET = 2 * MINUTE_BUCKET;
    private static final long TEST_MS = 20_000;

    private final String store = UUID.randomUUID().toString();
    private final String minute = "wearon:limits:{" + store + "}:minute";
    private final String hour = "wearon:limits:{" + store + "}:hour";

    /** The response of the script. */
    private record Result(long counted, long nowMs, List<Long> left, List<Long> atMs) {

        static Result of(Response answer) {
            List<Long> left = new ArrayList<>();
            List<Long> at = new ArrayList<>();
            for (int i = 2; i < answer.size(); i += 2) {
                left.add(answer.get(i).toLong());
                at.add(answer.get(i + 1).toLong());
            }
            return new Result(answer.get(0).toLong(), answer.get(1).toLong(), left, at);
        }

        boolean passes() {
            return counted == 1;
        }

        long inMs(int window) {
            return atMs.get(window) - nowMs;
        }
    }

    @BeforeEach
    void beginInTheMiddleOfABucket() {
        Await.until(
                Duration.ofMillis(2 * TEST_MS),
                () -> MINUTE_BUCKET - RedisCommands.send("TIME").get(0).toLong() * 1_000 % MINUTE_BUCKET,
                leftMs -> leftMs > TEST_MS);
    }

    private static Result run(Object... keysAndArguments) {
        return Result.of(RedisCommands.send(
                "EVAL",
                Stream.concat(Stream.of(script()), Stream.of(keysAndArguments)).toArray()));
    }

    private Result takeMinute(int limit) {
        return run(1, minute, MINUTE_BUCKET, limit);
    }

    private Result takeBoth(int perMinute, int perHour) {
        return run(2, minute, hour, MINUTE_BUCKET, perMinute, HOUR_BUCKET, perHour);
    }

    /** Moves the stored buckets into the past. */
    private static void age(String key, int buckets) {
        RedisCommands.send("EVAL", """
                local kept = redis.call('HGETALL', KEYS[1])
                redis.call('DEL', KEYS[1])
                for i = 1, #kept, 2 do
                  local bucket = tonumber(kept[i])
                  if bucket then
                    redis.call('HSET', KEYS[1], bucket - ARGV[1], kept[i + 1])
                  elseif kept[i] == 'total' then
                    redis.call('HSET', KEYS[1], 'total', kept[i + 1])
                  else
                    redis.call('HSET', KEYS[1], kept[i], kept[i + 1] - ARGV[1])
                  end
                end
                return 0
                """, 1, key, buckets);
    }

    private static String script() {
        try (InputStream script = TakeScript.class.getResourceAsStream("take.lua")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    /** Tests the guarantee with the real clock: no period of the window's length has more calls than the limit. */
    @Test
    void neverExceedsTheLimitInAnyPeriodOfTheWindowsLength() throws Exception {
        int bucketMs = 10;
        int limit = 20;
        Callable<List<Long>> hammering = () -> {
            List<Long> passed = new ArrayList<>();
            long until = System.nanoTime() + 3_000_000_000L;
            // A client that did not get the processor goes on until it has met the limit.
            long giveUp = until + 30_000_000_000L;
            while (System.nanoTime() < until || passed.size() < limit && System.nanoTime() < giveUp) {
                Result result = run(1, minute, bucketMs, limit);
                if (result.passes()) {
                    passed.add(result.nowMs());
                }
            }
            return passed;
        };
        List<Long> passed = new ArrayList<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(3)) {
            for (Future<List<Long>> client : clients.invokeAll(List.of(hammering, hammering, hammering))) {
                passed.addAll(client.get());
            }
        }
        passed.sort(Long::compare);
        // Three seconds have up to five windows, so the limit was reached several times.
        assertThat(passed.size()).isBetween(2 * limit, 12 * limit);
        assertThat(LongStream.range(0, passed.size() - limit)
                        .map(i -> passed.get((int) i + limit) - passed.get((int) i)))
                .allMatch(apart -> apart >= (long) bucketMs * BUCKETS);
    }

    @Test
    void dropsACallWhenItsBucketExpires() {
        assertThat(takeMinute(1).passes()).isTrue();
        age(minute, BUCKETS);
        assertThat(takeMinute(1).passes()).isFalse();
        age(minute, 1);
        assertThat(takeMinute(1).passes()).isTrue();
        assertThat(takeMinute(1).passes()).isFalse();
    }

    @Test
    void dropsOnlyExpiredBuckets() {
        takeMinute(10);
        takeMinute(10);
        age(minute, 40);
        takeMinute(10);
        age(minute, 21);
        Result result = takeMinute(10);
        assertThat(result.left()).containsExactly(8L);
        assertThat(RedisCommands.send("HGET", minute, "total").toLong()).isEqualTo(2);
    }

    @Test
    void countsInAllWindowsOrInNone() {
        assertThat(takeBoth(5, 2).left()).containsExactly(4L, 1L);
        assertThat(takeBoth(5, 2).left()).containsExactly(3L, 0L);
        for (int refused = 0; refused < 3; refused++) {
            Result result = takeBoth(5, 2);
            assertThat(result.passes()).isFalse();
            assertThat(result.left()).containsExactly(3L, 0L);
        }
        age(hour, BUCKETS + 1);
        assertThat(takeBoth(5, 2).left()).containsExactly(2L, 1L);
    }

    @Test
    void countsSeveralCallsAtOnceInAllWindowsOrFewerIfFewerAreLeft() {
        Result slice = run(2, minute, hour, MINUTE_BUCKET, 10, HOUR_BUCKET, 7, 5);
        assertThat(slice.counted()).isEqualTo(5);
        assertThat(slice.left()).containsExactly(5L, 2L);
        Result rest = run(2, minute, hour, MINUTE_BUCKET, 10, HOUR_BUCKET, 7, 5);
        assertThat(rest.counted()).isEqualTo(2);
        assertThat(rest.left()).containsExactly(3L, 0L);
        Result none = run(2, minute, hour, MINUTE_BUCKET, 10, HOUR_BUCKET, 7, 5);
        assertThat(none.counted()).isZero();
        assertThat(none.left()).containsExactly(3L, 0L);
        // All of them expire together.
        age(hour, BUCKETS + 1);
        assertThat(takeBoth(10, 7).left()).containsExactly(2L, 6L);
    }

    @Test
    void countsNoneIfTheLimitWasLoweredBelowTheEarlierCalls() {
        for (int call = 0; call < 4; call++) {
            takeMinute(10);
        }
        assertThat(run(1, minute, MINUTE_BUCKET, 2, 5).counted()).isZero();
        assertThat(takeMinute(10).left()).containsExactly(5L);
    }

    @Test
    void returnsWhenTheWindowIsEmptyAgainIfCallsAreLeft() {
        takeMinute(3);
        age(minute, 30);
        Result result = takeMinute(3);
        assertThat(result.left()).containsExactly(1L);
        assertThat(result.inMs(0)).isBetween(60 * MINUTE_BUCKET, 61 * MINUTE_BUCKET);
        // The window with calls left was not counted.
        run(1, hour, HOUR_BUCKET, 1);
        age(minute, 30);
        Result refused = takeBoth(3, 1);
        assertThat(refused.left()).containsExactly(1L, 0L);
        assertThat(refused.inMs(0)).isBetween(30 * MINUTE_BUCKET - TEST_MS, 31 * MINUTE_BUCKET);
    }

    @Test
    void returnsWhenTheNextCallPassesIfNoneIsLeft() {
        takeMinute(2);
        age(minute, 20);
        Result last = takeMinute(2);
        assertThat(last.passes()).isTrue();
        assertThat(last.left()).containsExactly(0L);
        assertThat(last.inMs(0)).isBetween(40 * MINUTE_BUCKET, 41 * MINUTE_BUCKET);
        Result refused = takeMinute(2);
        assertThat(refused.passes()).isFalse();
        assertThat(refused.atMs().getFirst()).isCloseTo(last.atMs().getFirst(), within(1L));
    }

    @Test
    void appliesALoweredLimitToEarlierCalls() {
        for (int call = 0; call < 4; call++) {
            takeMinute(10);
            age(minute, 10);
        }
        Result refused = takeMinute(2);
        assertThat(refused.passes()).isFalse();
        assertThat(refused.left()).containsExactly(0L);
        // The calls are 40, 30, 20 and 10 buckets old. After the third has expired, one is left.
        assertThat(refused.inMs(0)).isBetween(40 * MINUTE_BUCKET, 41 * MINUTE_BUCKET);
        age(minute, 41);
        assertThat(takeMinute(2).passes()).isTrue();
    }

    @Test
    void keepsNoDataAfterTheWindow() {
        takeBoth(5, 50);
        assertThat(RedisCommands.send("PTTL", minute).toLong())
                .isBetween(60 * MINUTE_BUCKET - TEST_MS, 61 * MINUTE_BUCKET);
        assertThat(RedisCommands.send("PTTL", hour).toLong()).isBetween(60 * HOUR_BUCKET - TEST_MS, 61 * HOUR_BUCKET);
        run(1, minute + ":short", 5, 5);
        long until = System.nanoTime() + 20_000_000_000L;
        while (RedisCommands.send("EXISTS", minute + ":short").toLong() == 1) {
            assertThat(System.nanoTime()).isLessThan(until);
        }
    }

    @Test
    void keepsItsTimeWhileTheClockIsBehind() {
        takeMinute(2);
        age(minute, -5);
        Result result = takeMinute(2);
        assertThat(result.passes()).isTrue();
        assertThat(result.left()).containsExactly(0L);
        assertThat(takeMinute(2).passes()).isFalse();
    }

    /** Without the restart the store would be refused until the clock catches up. */
    @Test
    void restartsIfTheClockIsBehindByMoreThanTheWindow() {
        takeMinute(1);
        age(minute, -BUCKETS - 5);
        assertThat(takeMinute(1).passes()).isTrue();
        assertThat(takeMinute(1).passes()).isFalse();
    }
}
