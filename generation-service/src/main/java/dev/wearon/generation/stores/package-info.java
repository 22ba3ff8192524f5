/**
 * How a store makes a try-on and reads how it stands: what its requests may say, who must be named, and what it is answered.
 * The session itself is made and kept by {@link dev.wearon.generation.sessions}, which knows no store.
 *
 * <p>Limit: ten images and a prompt of 4,000 characters; a body is refused without asking anybody where that is possible. The way
 * in of another channel's owners is a package of its own beside this one.
 */
package dev.wearon.generation.stores;
