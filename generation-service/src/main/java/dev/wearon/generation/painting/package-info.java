/**
 * The picture of the local model: {@link dev.wearon.generation.painting.Fit} places the garment on the person, {@link
 * dev.wearon.generation.painting.Frame} is the part of the photo that the picture shows, and {@link
 * dev.wearon.generation.painting.Composition} puts both together. Plain image processing, without a learned model.
 */
package dev.wearon.generation.painting;
