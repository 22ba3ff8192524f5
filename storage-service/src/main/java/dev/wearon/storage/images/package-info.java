/**
 * Inspects images as their bytes pass, without decoding them: their type, variant, size in pixels, end and trailer. The
 * parser buffers a few bytes at a time, however large the file is.
 *
 * <p>What no image model can read is rejected by its header alone, with the reason for the shopper, before a try-on is paid.
 * The declared size is checked before any decoder sees the image, because a few bytes can declare an image that exhausts its
 * memory. Bytes after the image are accepted, because phones write a second picture or a short film there. They are rejected
 * if another program would open them: as a ZIP, a PDF, HTML or script. If a JPEG has no end marker, all bytes from its first
 * scan on are searched in this way.
 *
 * <p>Limit: nothing else inside the image is searched, and no checksum is verified. A decoder may still fail on an accepted
 * image.
 */
package dev.wearon.storage.images;
