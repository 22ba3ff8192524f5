/**
 * Checks the configuration at the start of a service: the variables that all services share, the bounds of all numbers, and
 * the names of all variables.
 *
 * <p>Each number is in a {@code @ConfigMapping} of the package that uses it, with its default and with bounds as annotations
 * of Bean Validation. {@link dev.wearon.configuration.Bounds.AtLeast} relates two numbers.
 * {@link dev.wearon.configuration.ConfigurationCheck} reads these annotations at the start. The resource
 * {@code variables.txt} lists the variables of all services, because the services of one installation may share one
 * environment. It also lists the former names of renamed variables, which are still accepted.
 */
package dev.wearon.configuration;
