package dev.wearon.gateway.erasure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.http.Problem;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Reads the data of a shopper from all services, when somebody asks for them. No copy is kept. */
@ApplicationScoped
class ShopperDocuments {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    /**
     * @param shoppers all names of the shopper
     * @param ledger wallets, purchases and movements
     * @param tryOns the try-ons; each list is bounded, and says whether it has all
     * @param records what the gateway has, by table
     */
    public record Document(
            UUID storeId, List<String> shoppers, JsonNode ledger, JsonNode tryOns, Map<String, Object> records) {}

    private final Neighbours neighbours;
    private final List<ShopperRecords> records;

    ShopperDocuments(Neighbours neighbours, @All List<ShopperRecords> records) {
        this.neighbours = neighbours;
        this.records = records;
    }

    Uni<Document> of(UUID storeId, List<String> known) {
        return neighbours
                .allNames(storeId, known, null)
                .chain(names -> Uni.combine()
                        .all()
                        .unis(
                                neighbours.ledger(storeId, names),
                                neighbours.sessions(storeId, names),
                                here(storeId, names))
                        .with((ledger, tryOns, rows) -> new Document(storeId, names, ledger, tryOns, rows)))
                .onFailure(fault -> !(fault instanceof Problem))
                .transform(cause ->
                        Problem.unavailable("A service did not answer. Please try again.", RETRY_AFTER, cause));
    }

    private Uni<Map<String, Object>> here(UUID storeId, List<String> names) {
        return Multi.createFrom()
                .iterable(records)
                .onItem()
                .transformToUniAndConcatenate(
                        table -> table.data(storeId, names).map(rows -> Map.<String, Object>entry(table.name(), rows)))
                .collect()
                .in(TreeMap::new, (all, row) -> all.put(row.getKey(), row.getValue()));
    }
}
