/** The root of the generation service; each capability is a package below it. */
package dev.wearon.generation;
