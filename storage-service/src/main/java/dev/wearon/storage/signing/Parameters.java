package dev.wearon.storage.signing;

import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The decoded parameters of the query of a request. */
public final class Parameters {

    private Parameters() {}

    /** Returns no parameters if the query cannot be decoded. */
    public static Map<String, List<String>> of(RoutingContext ctx) {
        MultiMap decoded;
        try {
            decoded = ctx.queryParams();
        } catch (HttpException invalid) {
            return Map.of();
        }
        Map<String, List<String>> parameters = new HashMap<>();
        decoded.names().forEach(name -> parameters.put(name, decoded.getAll(name)));
        return parameters;
    }
}
