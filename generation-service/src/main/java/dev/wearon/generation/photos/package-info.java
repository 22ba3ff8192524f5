/**
 * Turns the bytes of a photo into upright pixels in sRGB, as a browser shows them: {@link dev.wearon.generation.photos.PhotoReader}.
 *
 * <p>All bytes are untrusted. The header is checked before memory is allocated: at most 8192 pixels a side and 25 megapixels. A
 * photo is refused as damaged when a pixel is missing; never because of a note beside the pixels.
 *
 * <p>For each type one class walks through the container ({@code JpegFile}, {@code PngFile}, {@code WebpFile}). It finds the
 * pixels, the description of their colours ({@code Colours}) and the orientation ({@code Exif}). {@code SrgbConversion} and
 * {@code Pixels} do the rest, and do not know the type.
 */
package dev.wearon.generation.photos;
