/**
 * Work of a process without a request. Recurring jobs: implement {@link dev.wearon.jobs.RecurringJob}, and count with
 * {@link dev.wearon.jobs.Findings}. Work before the process is ready: implement {@link dev.wearon.jobs.WarmUp}.
 *
 * <p>Promise: the rounds of a job never overlap in one process. A failed round stops neither the job nor the service. It is
 * counted ({@code wearon_job_rounds_total}), and logged unless the round before failed for the same reason.
 *
 * <p>Limit: several processes may run the same job at the same time, so every round must be safe for that.
 */
package dev.wearon.jobs;
