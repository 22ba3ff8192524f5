package dev.wearon.gateway.routing;

import java.util.Map;
import java.util.Set;

/**
 * The fields of a request body, for the routes whose clients may send others. Those clients exist and nobody can change them, so
 * these routes ignore an unknown field, and the response names it. Every other route refuses an unknown field.
 *
 * @param paths of all fields, with {@code []} for the elements of a list
 */
public record KnownFields(Set<String> paths) {

    private static final KnownFields NONE = new KnownFields(Set.of());

    private static final Map<String, KnownFields> BY_PATH = Map.of(
            "/api/v1/generation/create", of("image_urls", "prompt", "age_verified", "garment_type", "deadline_seconds"),
            "/api/v1/storage/uploads",
                    of("files", "files[].file_name", "files[].content_type", "files[].size", "files[].keep"),
            "/api/v1/storage/downloads", of("paths"),
            "/api/v1/stores/config", of("billing_mode", "retail_credit_price"));

    private static KnownFields of(String... paths) {
        return new KnownFields(Set.of(paths));
    }

    /** Empty if the route ignores no fields. */
    public static KnownFields of(Route route) {
        return BY_PATH.getOrDefault(route.template(), NONE);
    }

    /** How many objects and lists are open at the deepest of these fields; 0 if there are no fields. */
    public int depth() {
        return paths.stream()
                .mapToInt(path -> path.split("\\[|\\.").length)
                .max()
                .orElse(0);
    }

    /** Whether objects at this path have fields of the request. The path of the body is empty. */
    public boolean hasFieldsAt(String path) {
        return path.isEmpty() ? !paths.isEmpty() : paths.stream().anyMatch(known -> known.startsWith(path + "."));
    }
}
