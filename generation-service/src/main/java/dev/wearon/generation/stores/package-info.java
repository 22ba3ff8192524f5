/**
 * The API with which a store creates and reads try-ons: the checks of its requests, and the responses. {@link
 * dev.wearon.generation.sessions} makes and stores the session; it does not depend on stores.
 *
 * <p>Limits: ten images and a prompt of 4,000 characters. Where possible a body is refused without a call to another service.
 * The API of another channel's owners is a package of its own beside this one.
 */
package dev.wearon.generation.stores;
