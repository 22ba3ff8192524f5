/** The root of the storage service; each capability is a package below it. */
package dev.wearon.storage;
