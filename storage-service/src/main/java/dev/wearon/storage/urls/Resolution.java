package dev.wearon.storage.urls;

import dev.wearon.storage.catalog.ObjectPath;
import java.util.List;

sealed interface Resolution {

    /** All URLs were resolved. The paths have the order of the URLs. */
    record Resolved(List<ObjectPath> paths) implements Resolution {}

    /** The entry at this index is no URL of this service, or does not name an upload. */
    record NotAnUploadUrl(int index) implements Resolution {}

    /** The first entry names a kept upload, but a person is never kept. */
    record KeptPerson() implements Resolution {}

    /** The entry at this index names an upload that the store does not have, or that expires too early. */
    record NotFound(int index) implements Resolution {}
}
