/**
 * What an operator may set, checked before a service does anything: the variables that every service takes and the
 * bounds of all numbers.
 *
 * <p>Each number stands in a {@code @ConfigMapping} of the package that uses it, with its default, its bounds in the
 * annotations of Bean Validation, and {@link dev.wearon.configuration.AtLeast} where it depends on another one. {@link
 * dev.wearon.configuration.ConfigurationCheck} reads them when a service starts.
 */
package dev.wearon.configuration;
