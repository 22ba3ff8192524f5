package dev.wearon.local.backup;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * {@code keys.json}: the files of a data folder that have keys, each with its text. As long as no key changes, all backups of a
 * suite have the same file.
 */
final class KeyFile {

    static final String FILE = "keys.json";

    private KeyFile() {}

    static byte[] of(Layout layout) throws IOException {
        List<Path> files = new ArrayList<>(List.of(layout.secrets()));
        Stream.of(layout.demoStoreFile(), layout.demoShopFile())
                .filter(Files::exists)
                .forEach(files::add);
        try (DirectoryStream<Path> identities = Files.newDirectoryStream(layout.identities())) {
            identities.forEach(files::add);
        }
        Map<String, String> texts = new TreeMap<>();
        for (Path file : files) {
            texts.put(layout.data().relativize(file).toString(), Files.readString(file));
        }
        return PrivateFiles.JSON.writeValueAsBytes(texts);
    }

    /** Writes the files into a new data folder. */
    static void unpack(Path keys, TreeCopy data) throws IOException {
        Map<String, String> texts =
                PrivateFiles.JSON.readValue(Files.readAllBytes(keys), new TypeReference<TreeMap<String, String>>() {});
        for (Map.Entry<String, String> file : texts.entrySet()) {
            Path parent = Path.of(file.getKey()).getParent();
            if (parent != null && !data.folders().contains(parent.toString())) {
                data.folder(parent.toString());
            }
            data.content(file.getValue().getBytes(StandardCharsets.UTF_8), file.getKey());
        }
    }
}
