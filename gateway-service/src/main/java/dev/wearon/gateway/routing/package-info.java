/**
 * The table of all public routes, and the matching of paths.
 *
 * <p>A route contains all decisions about a request: who may call it ({@link dev.wearon.gateway.routing.Access}) and,
 * independent of that, how the response is delivered ({@link dev.wearon.gateway.routing.Delivery}). It also names the service,
 * the connection pool, the limits of body and time, the budget and the accepted headers. No other code decides by path or
 * method, except that {@code OPTIONS} is answered as a CORS preflight. Only the flag {@code AUDITED_UNLESS_DRY_RUN} makes a
 * gate read the query. A bean may add routes ({@link dev.wearon.gateway.routing.RouteSource}).
 *
 * <p>This package does not know how access is checked or responses are delivered. A test compares the table with a file
 * ({@code routes.txt}).
 */
package dev.wearon.gateway.routing;
