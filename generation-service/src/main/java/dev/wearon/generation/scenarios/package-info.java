/**
 * Outcomes that a prompt of a test store forces: {@code scenario:moderation}. The session takes the way of every other one: charge,
 * queue, worker, result, release. Only the image model is another one. In all other stores the same prompt is ordinary text.
 */
package dev.wearon.generation.scenarios;
