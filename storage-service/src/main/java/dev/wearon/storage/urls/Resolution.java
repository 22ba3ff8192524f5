package dev.wearon.storage.urls;

import dev.wearon.storage.catalog.ObjectPath;
import java.util.List;

/** The result of resolving image URLs. */
sealed interface Resolution {

    /** In the order of the URLs. */
    record Resolved(List<ObjectPath> paths) implements Resolution {}

    /** The entry is no URL of this service, or does not name an upload. */
    record NotAnUploadUrl(int index) implements Resolution {}

    /** The entry names an upload that this store does not have, or that expires too early. */
    record NotFound(int index) implements Resolution {}
}
