package dev.wearon.storage.urls;

import dev.wearon.storage.catalog.ObjectPath;
import java.util.List;

/** What image URLs name. */
sealed interface Resolution {

    /** In the order of the URLs. */
    record Resolved(List<ObjectPath> paths) implements Resolution {}

    /** An entry that is no URL of ours, or of nothing that is a store's upload. */
    record NotAnUploadUrl(int index) implements Resolution {}

    /** An entry that names an upload that this store does not have (any more, or for long enough). */
    record NotFound(int index) implements Resolution {}
}
