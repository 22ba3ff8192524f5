/**
 * One image, two roles, chosen by {@code WEARON_ROLES}: {@code api} serves and takes no permit, {@code worker} makes the
 * pictures and serves nothing but health and metrics on the management port. The default is both. The jobs of upkeep run
 * in every instance.
 */
package dev.wearon.generation.roles;
