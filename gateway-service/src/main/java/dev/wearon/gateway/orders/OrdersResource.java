package dev.wearon.gateway.orders;

import dev.wearon.gateway.orders.OrderList.OrdersPage;
import dev.wearon.gateway.orders.OrderList.Show;
import dev.wearon.http.Problem;
import dev.wearon.paging.PageRequest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestQuery;

/** The operator sees what became of orders. */
@Path("/admin/v1/orders")
public class OrdersResource {

    private final OrderList orders;

    OrdersResource(OrderList orders) {
        this.orders = orders;
    }

    @GET
    public Uni<OrdersPage> list(
            @RestQuery("store_id") String storeId,
            @RestQuery String show,
            @RestQuery String limit,
            @RestQuery String cursor) {
        return orders.page(store(storeId), Show.of(show), PageRequest.of(limit, cursor));
    }

    private static UUID store(String storeId) {
        try {
            return storeId == null ? null : UUID.fromString(storeId);
        } catch (IllegalArgumentException noId) {
            throw Problem.invalid("store_id must be a UUID.");
        }
    }
}
