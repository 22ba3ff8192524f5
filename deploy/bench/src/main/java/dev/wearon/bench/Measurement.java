package dev.wearon.bench;

/**
 * One side of one row.
 *
 * @param perSecond deductions
 * @param walFlushes per deduction
 * @param cpuMicros processor time per deduction, of the servers and not of the load; not a number where it is unknown
 */
record Measurement(double perSecond, double p50Ms, double p99Ms, double walFlushes, double cpuMicros) {}
