/** What all benchmarks share: the load, the comparison, what it cost, and the report. */
package dev.wearon.bench.loop;
