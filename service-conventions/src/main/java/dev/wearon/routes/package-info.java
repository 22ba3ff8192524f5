/**
 * Routes directly on the Vert.x router, for the requests that are made most often. RESTEasy, its security and Hibernate
 * Validator would cost more than the work of such a request. Identities, refusals, request ids and metrics are the same as those
 * of a resource.
 *
 * <p>A resource of any other route stays a JAX-RS resource: it is documented and checked by annotations.
 */
package dev.wearon.routes;
