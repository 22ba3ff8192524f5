/** Gives the files of the theme app extension to Java programs that serve them, such as a demo shop. */
package dev.wearon.storefront;
