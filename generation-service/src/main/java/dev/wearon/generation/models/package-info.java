/**
 * Turns photos and a prompt into a picture. Which {@link dev.wearon.generation.models.ImageModel} does it is chosen by {@code
 * wearon.model.name} in one place ({@code ImageModels}); callers see outcomes, never the model.
 *
 * <p>The only model so far, {@code local}, is a preview and not a generative model: it lays the garment over the photo with
 * plain image work, on this machine alone, and the prompt is not interpreted. It never blocks the caller, works on a fixed
 * number of threads with a bounded queue, and gives the same picture for the same bytes.
 *
 * <p>Bytes are trusted by nobody: an image of another type than JPEG, PNG or WebP, above 8192 pixels a side or 25
 * megapixels (WebP: 8) by its own header, or cut short, is refused as {@code BAD_IMAGE} before memory is spent on it.
 */
package dev.wearon.generation.models;
