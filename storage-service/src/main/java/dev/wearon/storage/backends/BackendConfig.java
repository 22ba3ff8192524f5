package dev.wearon.storage.backends;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

@ConfigMapping(prefix = "wearon.storage")
interface BackendConfig {

    enum Kind {
        FILESYSTEM,
        S3
    }

    /** The backend that stores the bytes. */
    @WithDefault("filesystem")
    Kind backend();
}
