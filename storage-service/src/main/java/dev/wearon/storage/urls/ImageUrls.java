package dev.wearon.storage.urls;

import dev.wearon.storage.catalog.ObjectPath;
import dev.wearon.storage.catalog.Objects;
import dev.wearon.storage.signing.PublicUrl;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Converts image URLs from a client into paths. It checks the owner of each object, and ignores the signature. */
@ApplicationScoped
class ImageUrls {

    private final PublicUrl publicUrl;
    private final Objects objects;

    ImageUrls(PublicUrl publicUrl, Objects objects) {
        this.publicUrl = publicUrl;
        this.objects = objects;
    }

    /** Resolves all URLs, or reports one that is refused. Another store's object looks like a missing one. */
    Uni<Resolution> resolve(UUID storeId, List<String> urls, Duration liveFor) {
        List<ObjectPath> paths = new ArrayList<>(urls.size());
        for (String url : urls) {
            Optional<ObjectPath> path =
                    publicUrl.pathOf(url).flatMap(ObjectPath::parse).filter(it -> it.kind() == ObjectPath.Kind.UPLOADS);
            if (path.isEmpty()) {
                return Uni.createFrom().item(new Resolution.NotAnUploadUrl(paths.size()));
            }
            paths.add(path.get());
        }
        return objects.findLive(storeId, paths, liveFor).map(live -> {
            for (int index = 0; index < paths.size(); index++) {
                if (!live.containsKey(paths.get(index))) {
                    return new Resolution.NotFound(index);
                }
            }
            return new Resolution.Resolved(paths);
        });
    }

    /** Returns the prefix of every URL of this store's uploads. */
    String expectedPrefix(UUID storeId) {
        return publicUrl.of(ObjectPath.prefix(storeId, ObjectPath.Kind.UPLOADS));
    }
}
