/**
 * {@code ./wearon bench}: what the suite can do on this machine, measured and not promised.
 *
 * <p>A benchmark starts everything it measures, in a temporary folder and on free ports, and ends only that. What is
 * compared is measured in the same run, one right after the other. Every answer counts: a single wrong one, or a ledger
 * that does not add up to the answers given, fails the run. Being slow does not; the goals are printed beside the
 * results.
 *
 * <p>Limits: the load is made on the same machine and takes its share of the processors, more of it for the side that is
 * called over HTTP. Processor time and memory are read from {@code /proc}, so elsewhere than on Linux they are not shown.
 */
package dev.wearon.bench;
