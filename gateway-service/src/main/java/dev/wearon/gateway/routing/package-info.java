/**
 * What is there: one table of all public routes, and how a path finds its line.
 *
 * <p>A line says all that is decided about a request: who may call it ({@link dev.wearon.gateway.routing.Access}) apart from
 * how it is answered ({@link dev.wearon.gateway.routing.Delivery}), by which service and over which connections, the limits
 * of its body and time, the budget it draws on, and the headers that browsers may send. Nothing is concluded from a path, a
 * method or a query elsewhere. A bean may add lines ({@link dev.wearon.gateway.routing.RouteSource}).
 *
 * <p>This package knows neither how access is proved nor how anything is delivered. What each line says stands in a file
 * that a test compares ({@code routes.txt}).
 */
package dev.wearon.gateway.routing;
