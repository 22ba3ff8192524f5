package dev.wearon.storage.backends;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

@ConfigMapping(prefix = "wearon.storage")
interface BackendConfig {

    enum Kind {
        FILESYSTEM,
        S3
    }

    /** Where bytes are stored. */
    @WithDefault("filesystem")
    Kind backend();
}
