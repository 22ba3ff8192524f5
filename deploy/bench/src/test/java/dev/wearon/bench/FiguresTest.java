package dev.wearon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.local.suite.UserError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What the figures of a benchmark mean. */
class FiguresTest {

    @Test
    void takesPercentilesFromWhatWasSeenAndNotFromBetween() {
        long[] ascending =
                LongStream.rangeClosed(1, 200).map(ms -> ms * 1_000_000).toArray();
        Load load = new Load(1_000, 4, ascending);
        assertThat(load.perSecond()).isEqualTo(50);
        assertThat(load.percentileMs(0.50)).isEqualTo(100);
        assertThat(load.percentileMs(0.99)).isEqualTo(198);
        assertThat(new Load(1, 1, new long[] {2_000_000}).percentileMs(0.99)).isEqualTo(2);
    }

    @Test
    void saysOfEachGoalThatWasMeasuredWhetherItWasReached() {
        Measurement plain = new Measurement(1_000, 10, 20, 1, 100);
        Measurement ledger = new Measurement(8_000, 4, 8, 0.2, 60);
        List<String> lines = Goals.lines(List.of(new Row(1, 32, plain, ledger), new Row(7, 32, plain, ledger)), 299);
        assertThat(lines)
                .hasSize(3)
                .anyMatch(line -> line.matches("one hot store, 32 clients: times .* 8.00 +reached"))
                .anyMatch(line -> line.matches("one hot store, 32 clients: WAL .* 0.20 +falls short"))
                .anyMatch(line -> line.matches("resident memory .* 299.00 +reached"));
    }

    @Test
    void comparesADownloadWithTheSameOneFromNginxByWhatAMegabyteCosts() {
        Load load = new Load(4, 1, new long[] {1_000_000, 1_000_000, 1_000_000, 9_000_000});
        Photo small = Photo.sizes().getFirst();
        StorageReport.Costed thrice = new StorageReport.Costed(load, 3_000);
        StorageReport.Costed once = new StorageReport.Costed(load, 1_000);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        new StorageReport(
                        List.of(
                                new StorageReport.Row(StorageReport.UPLOAD, small, 1, StorageSide.STORAGE, once),
                                new StorageReport.Row(StorageReport.UPLOAD, small, 1, StorageSide.NGINX, once),
                                new StorageReport.Row(StorageReport.DOWNLOAD, small, 1, StorageSide.STORAGE, thrice),
                                new StorageReport.Row(StorageReport.DOWNLOAD, small, 8, StorageSide.STORAGE, once),
                                new StorageReport.Row(StorageReport.DOWNLOAD, small, 1, StorageSide.NGINX, once)),
                        once)
                .print(new PrintStream(text, true, StandardCharsets.UTF_8));
        assertThat(text.toString(StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> line.matches(".*(reached|falls short)")))
                .hasSize(2)
                .anyMatch(line -> line.matches(" *200 KiB, clients 1: .* 0.33 +falls short"))
                .anyMatch(line -> line.matches(" *presign .* 1.00 +reached"));
    }

    @Test
    void countsEveryCallOfACrowdAndMakesNoneTwiceNorMoreThanItMay() throws Exception {
        Set<Integer> made = ConcurrentHashMap.newKeySet();
        Crowd.Client client = number -> assertThat(made.add(number)).isTrue();
        Load load = Crowd.run(List.of(client, client, client), Duration.ofMinutes(1), 100);
        assertThat(load.answered()).isEqualTo(100);
        assertThat(load.counted()).isEqualTo(100);
        assertThat(made).hasSize(100);
        Crowd.Client wrong = number -> {
            throw new IOException("not what was asked for");
        };
        assertThatThrownBy(() -> Crowd.run(List.of(number -> {}, wrong), Duration.ofMinutes(1), 1_000_000_000))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("not what was asked for");
    }

    @Test
    void makesIdsOfVersionSevenThatFollowTheClock() {
        long before = System.currentTimeMillis();
        UUID id = ChargeIds.next();
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isBetween(before, System.currentTimeMillis());
        assertThat(ChargeIds.next()).isNotEqualTo(id);
    }
}
