package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.local.suite.UserError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "purchases",
        description = "Lists the credits that shoppers bought, newest first, in pages. Shows no shopper.")
final class PurchasesCommand implements Callable<Integer> {

    private static final List<String> COLUMNS = List.of(
            "created_at",
            "store_id",
            "order_id",
            "status",
            "credits",
            "granted",
            "returned",
            "clawed_back",
            "shortfall");

    /** For the completion of a shell. The ledger checks the value. */
    static final class Statuses extends ArrayList<String> {
        Statuses() {
            super(List.of("unclaimed", "pending", "completed", "returned"));
        }
    }

    @Mixin
    private AdminApi admin;

    @Mixin
    private PageOptions page;

    @Parameters(arity = "0..1", paramLabel = "STORE_ID", description = "Lists only the purchases at this store.")
    private UUID store;

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            completionCandidates = Statuses.class,
            description = "unclaimed, pending, completed or returned (default: all).")
    private String status;

    @Option(names = "--shortfall", description = "Lists only purchases that were given back, but are spent.")
    private boolean shortfall;

    @Override
    public Integer call() throws UserError {
        Map<String, String> filters = new LinkedHashMap<>();
        filters.put("store_id", store == null ? null : store.toString());
        filters.put("status", status);
        filters.put("shortfall", shortfall ? "true" : null);
        String path = page.of("/admin/v1/purchases", filters);
        JsonNode found = admin.call((api, token) -> api.get(path, token), "repeat the command");
        admin.show(found, out -> Columns.print(out, found.path("purchases"), COLUMNS));
        admin.printNextPage(found);
        return 0;
    }
}
