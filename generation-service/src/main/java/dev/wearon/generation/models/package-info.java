/**
 * Turns photos and a prompt into a picture. {@code ImageModels} chooses the {@link dev.wearon.generation.models.ImageModel} by
 * {@code wearon.model.name}.
 *
 * <p>The only model so far, {@code local}, is a preview and no generative model. It draws the garment over the photo with plain
 * image processing in this process, and ignores the prompt. It never blocks the caller. It has a fixed number of threads with
 * a bounded queue, and returns the same picture for the same bytes.
 *
 * <p>A {@link dev.wearon.generation.garments.GarmentType} that the client did not send is judged from the outline of the garment.
 * {@link dev.wearon.generation.models.ImageModel.Capabilities} say before the charge what a model cannot do.
 *
 * <p>All bytes are untrusted; {@code photos} decodes them. An image that it refuses makes the outcome {@code BAD_IMAGE}, as do a first
 * one without a face and a garment or accessory that cannot be told from its background. All
 * paintings of a process together take at most {@code wearon.model.memory}, by the headers of their images. A cancelled painting
 * is interrupted.
 */
package dev.wearon.generation.models;
