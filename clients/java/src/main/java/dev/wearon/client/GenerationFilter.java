package dev.wearon.client;

import dev.wearon.client.model.GenerationStatus;
import dev.wearon.client.transport.Call;
import java.time.Instant;

/** Which try-ons {@link Generations#list} has. Each method returns a filter with one more condition. */
public final class GenerationFilter {

    private final Call call;

    private GenerationFilter(Call call) {
        this.call = call;
    }

    /** All try-ons of the store. */
    public static GenerationFilter all() {
        return new GenerationFilter(Call.get("/api/v1/generation"));
    }

    public GenerationFilter status(GenerationStatus status) {
        return new GenerationFilter(call.query("status", status.getValue()));
    }

    /** Those that failed with this code. */
    public GenerationFilter errorCode(String code) {
        return new GenerationFilter(call.query("error_code", code));
    }

    /** Those that were created then or later. */
    public GenerationFilter createdFrom(Instant from) {
        return new GenerationFilter(call.query("created_from", from));
    }

    /** Those that were created then or earlier. */
    public GenerationFilter createdTo(Instant to) {
        return new GenerationFilter(call.query("created_to", to));
    }

    /** Those of one shopper. */
    public GenerationFilter shopperEmail(String email) {
        return new GenerationFilter(call.header("x-shopper-email", TryOn.checkedEmail(email)));
    }

    /** @param size 1 to 100 entries in a request */
    Call pagesOf(int size) {
        return call.query("limit", size);
    }
}
