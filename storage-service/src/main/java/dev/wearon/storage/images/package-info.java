/**
 * What an image is by its own bytes, found while they pass and without decoding: its type, its size in pixels, where it
 * ends, and what lies behind that end. The walk through a file holds a few bytes at a time, however large it is.
 *
 * <p>Judged is what a header says before a decoder believes it: a few bytes can declare a picture that fills any memory.
 * Bytes behind the end are fine, as phones write them (a second picture, a short film), unless they hold what another
 * program would open as something else: a ZIP, a PDF, HTML or script. Inside the image nothing is searched and no
 * checksum is checked: a picture that passes can still be one that cannot be decoded.
 */
package dev.wearon.storage.images;
