/**
 * The garment in its photo: {@link dev.wearon.generation.garments.Cutout} takes the background away, and {@link
 * dev.wearon.generation.garments.Outline} judges from the rest which kind of garment it is. A cut-out is judged before it is used:
 * white cloth on a white table must not disappear.
 */
package dev.wearon.generation.garments;
