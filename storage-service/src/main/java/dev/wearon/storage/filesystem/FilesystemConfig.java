package dev.wearon.storage.filesystem;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

@ConfigMapping(prefix = "wearon.storage")
interface FilesystemConfig {

    /** The folder of the filesystem backend. It is created if it is missing. */
    Optional<Path> dataDir();
}
