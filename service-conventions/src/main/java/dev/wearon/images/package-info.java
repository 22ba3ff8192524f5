/** What storage and the image models must agree on about a picture. */
package dev.wearon.images;
