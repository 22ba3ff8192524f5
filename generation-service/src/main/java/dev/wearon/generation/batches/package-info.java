/**
 * The limits of the batches of creates. Each step of a create (key row, images, charge, session row, permit) and each release
 * has a {@link dev.wearon.batching.Batcher} in the class that does the step.
 *
 * <p>Promise: a create sees only its own outcome. Its step is done before its next step begins, with a batch as without.
 */
package dev.wearon.generation.batches;
