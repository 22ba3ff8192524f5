/**
 * What an operator may set, checked before a service does anything: the variables that every service takes, the bounds of
 * all numbers, and the names of all variables.
 *
 * <p>Each number stands in a {@code @ConfigMapping} of the package that uses it, with its default, its bounds in the
 * annotations of Bean Validation, and {@link dev.wearon.configuration.Bounds.AtLeast} where it depends on another one. {@link
 * dev.wearon.configuration.ConfigurationCheck} reads them when a service starts. The names of the variables of all services
 * are listed in the resource {@code variables.txt}, as a service that is told those of another one must not complain.
 */
package dev.wearon.configuration;
