/**
 * Runs the four services as processes. {@link dev.wearon.processes.services.ServiceEnvironment} is the one place that knows which
 * configuration each needs, and {@link dev.wearon.processes.services.Rig} starts what a test or a benchmark needs.
 */
package dev.wearon.processes.services;
