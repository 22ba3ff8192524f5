/**
 * {@code ./wearon images build}: makes a container image of each service with the engine of this machine.
 *
 * <p>An image has a Java runtime that {@code jlink} cut from the JDK of this command, the few files of the C library that it
 * needs, the packaged service in layers, a startup cache that this runtime recorded, the licences and a bill of materials. All of
 * that is prepared in {@code target/images}, so the Dockerfiles only copy, and need neither a registry nor a shell.
 *
 * <p>Files in a layer have a time that is made from their contents. So a layer stays the same as long as its files do, and a
 * startup cache, which the JVM checks against size and time of each jar, fits the copies in the image.
 *
 * <p>Limits: the images are for the operating system and processor of the machine that builds them, which must be Linux, unless
 * {@code --base-image} names an image with a Java runtime.
 */
package dev.wearon.containers;
