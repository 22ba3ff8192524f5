/**
 * Routes directly on the Vert.x router, for the requests that are made most often. RESTEasy, its security and Hibernate
 * Validator would cost more than the work of such a request. Identities, refusals, request ids and metrics are the same as those
 * of a resource.
 *
 * <p>A resource of any other route stays a JAX-RS resource: it is documented and checked by annotations. The routes of this
 * package are listed by hand, in {@code META-INF/openapi.yaml} of their service; its {@code OpenApiTest} compares them.
 */
package dev.wearon.routes;
