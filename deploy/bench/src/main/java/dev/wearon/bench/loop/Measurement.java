package dev.wearon.bench.loop;

import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What one side did in one turn, or in several.
 *
 * @param latencies the latencies in nanoseconds of the calls that were answered in the measured time
 * @param seconds the measured time
 * @param answered calls, those of the warm-up included
 * @param refused calls in the measured time
 * @param cpuMicros processor time of each process in the measured time
 * @param database the costs of all answered calls, also in the warm-up, because PostgreSQL counts a connection's work only
 *     when the connection ends
 */
public record Measurement(
        String side,
        Histogram latencies,
        double seconds,
        long answered,
        long refused,
        Map<String, Double> cpuMicros,
        DatabaseCosts database) {

    public double perSecond() {
        return latencies.getTotalCount() / seconds;
    }

    /** @param percentile from 0 to 100, for example 99 */
    public double latencyMs(double percentile) {
        return latencies.getTotalCount() == 0 ? Double.NaN : latencies.getValueAtPercentile(percentile) / 1e6;
    }

    /** Processor time per call of all processes together; not a number where it is not known. */
    public double cpuMicrosEach() {
        return cpuMicros.isEmpty()
                ? Double.NaN
                : cpuMicros.keySet().stream().mapToDouble(this::cpuMicrosEach).sum();
    }

    double cpuMicrosEach(String process) {
        return cpuMicros.get(process) / latencies.getTotalCount();
    }

    /** The costs of one answered call. */
    public DatabaseCosts databaseEach() {
        return database.dividedBy(answered);
    }

    /** Both turns of the same side as one. */
    Measurement plus(Measurement other) {
        Histogram both = latencies.copy();
        both.add(other.latencies);
        return new Measurement(
                side,
                both,
                seconds + other.seconds,
                answered + other.answered,
                refused + other.refused,
                ProcessCosts.plus(cpuMicros, other.cpuMicros),
                database.plus(other.database));
    }

    Measurement with(DatabaseCosts counted) {
        return new Measurement(side, latencies, seconds, answered, refused, cpuMicros, counted);
    }
}
