package dev.wearon.gateway.routing;

import java.util.List;

/** A bean that adds routes to the table. */
public interface RouteSource {

    List<Route> routes();
}
