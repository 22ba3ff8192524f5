/**
 * {@code ./wearon bench NOUN}: measures one part of the suite beside a plain reference, on this machine.
 *
 * <p>The package {@code loop} measures. A {@link dev.wearon.bench.loop.Side} is one thing that is compared: its processes and
 * what a client does. {@link dev.wearon.bench.loop.ClosedLoop} runs the clients, {@link dev.wearon.bench.loop.Comparison} lets
 * the sides take turns, {@link dev.wearon.bench.loop.Measurement} holds what one side did and cost, and
 * {@link dev.wearon.bench.loop.Report} prints it. {@link dev.wearon.bench.loop.Bench} is the command around them: options, and
 * a {@link dev.wearon.processes.services.Rig} with its own servers.
 *
 * <p>Every other package is a noun and holds only what is particular to it. For a new noun, for example {@code events}: write
 * {@code EventsBench extends Bench}; in {@code measure} start the services, make the sides, call {@code comparison.measure} for
 * each row and {@code report.add}; name the class in {@link dev.wearon.bench.BenchCommand}, the services in the script
 * {@code wearon}, and the page in {@code docs/benchmarks.md}. A call is what the client waits for: for {@code events}, the
 * next event of its stream (the gateway needs a public event stream first).
 *
 * <p>Promises: a wrong answer, or a database that disagrees with the answers, fails the run; being slow does not. What is
 * compared is measured in the same run. Only the servers of the benchmark end with it.
 *
 * <p>Limits: the load runs on the same machine and takes its share of the processors. Processor time and memory are known only
 * on Linux.
 */
package dev.wearon.bench;
