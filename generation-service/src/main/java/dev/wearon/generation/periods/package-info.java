/** Periods as clients name them in queries. */
package dev.wearon.generation.periods;
