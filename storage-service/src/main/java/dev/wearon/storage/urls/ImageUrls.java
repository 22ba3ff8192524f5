package dev.wearon.storage.urls;

import dev.wearon.storage.catalog.ObjectPath;
import dev.wearon.storage.catalog.Objects;
import dev.wearon.storage.catalog.Objects.Wanted;
import dev.wearon.storage.signing.PublicUrl;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/** Converts image URLs from a client into paths. It checks the owner of each object, and ignores the signature. */
@ApplicationScoped
class ImageUrls {

    private final PublicUrl publicUrl;
    private final Objects objects;

    ImageUrls(PublicUrl publicUrl, Objects objects) {
        this.publicUrl = publicUrl;
        this.objects = objects;
    }

    /**
     * The images of one try-on.
     *
     * @param owner whom the images must belong to within the store, or the store keeps them; empty: any images of the store
     */
    record Check(UUID storeId, Optional<UUID> owner, List<String> urls, Duration liveFor) {}

    /**
     * Resolves the URLs of each check, or reports one of them that is refused. An object of another store or owner looks
     * like a missing one. All checks share one statement; none sees the objects of the store of another check.
     *
     * @return as many, in the same order
     */
    Uni<List<Resolution>> resolve(List<Check> checks) {
        List<Resolution> parsed = checks.stream().map(this::parse).toList();
        List<Wanted> wanted = new ArrayList<>();
        for (int i = 0; i < checks.size(); i++) {
            if (parsed.get(i) instanceof Resolution.Resolved resolved) {
                wanted.addAll(wanted(checks.get(i), resolved));
            }
        }
        return objects.findWanted(wanted).map(live -> IntStream.range(0, checks.size())
                .mapToObj(i -> parsed.get(i) instanceof Resolution.Resolved resolved
                        ? confirm(wanted(checks.get(i), resolved), resolved, live)
                        : parsed.get(i))
                .toList());
    }

    private Resolution parse(Check check) {
        List<ObjectPath> paths = new ArrayList<>(check.urls().size());
        for (String url : check.urls()) {
            Optional<ObjectPath> path =
                    publicUrl.pathOf(url).flatMap(ObjectPath::parse).filter(it -> it.kind() == ObjectPath.Kind.UPLOADS);
            if (path.isEmpty()) {
                return new Resolution.NotAnUploadUrl(paths.size());
            }
            paths.add(path.get());
        }
        return new Resolution.Resolved(paths);
    }

    private static List<Wanted> wanted(Check check, Resolution.Resolved resolved) {
        return resolved.paths().stream()
                .map(path -> new Wanted(check.storeId(), check.owner(), path, check.liveFor()))
                .toList();
    }

    /** @param live whether each of them is kept */
    private static Resolution confirm(List<Wanted> wanted, Resolution.Resolved resolved, Map<Wanted, Boolean> live) {
        for (int index = 0; index < wanted.size(); index++) {
            if (!live.containsKey(wanted.get(index))) {
                return new Resolution.NotFound(index);
            }
        }
        return live.get(wanted.getFirst()) ? new Resolution.KeptPerson() : resolved;
    }

    /** Returns the prefix of every URL of this store's uploads. */
    String expectedPrefix(UUID storeId) {
        return publicUrl.of(ObjectPath.prefix(storeId, ObjectPath.Kind.UPLOADS));
    }
}
