/**
 * {@code WEARON_ROLES} chooses what an instance does. {@code api} serves the API and takes no permits. {@code worker} makes
 * pictures and serves only health and metrics on the management port. The default is both. The background jobs run in every
 * instance.
 */
package dev.wearon.generation.roles;
