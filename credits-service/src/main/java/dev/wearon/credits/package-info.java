/** The root of the credits service; each capability is a package below it. */
package dev.wearon.credits;
