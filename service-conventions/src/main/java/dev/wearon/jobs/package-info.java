/**
 * One shape of work that a service repeats: implement {@link dev.wearon.jobs.RecurringJob}, count what was met with {@link
 * dev.wearon.jobs.Findings}, and the rest is done here.
 *
 * <p>Promise: rounds of one job follow each other and never overlap in one process. A round that fails ends neither the job
 * nor the service; it is counted ({@code wearon_job_rounds_total}), and logged unless the round before failed for the same reason.
 *
 * <p>Limit: nothing here keeps two processes from running the same job at the same time, so every round must bear that.
 */
package dev.wearon.jobs;
