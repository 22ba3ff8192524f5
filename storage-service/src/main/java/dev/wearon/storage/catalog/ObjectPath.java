package dev.wearon.storage.catalog;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.storage.images.ImageType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The path of an object: {@code stores/{store_id}/uploads/{uuid}.{jpg|png|webp}} or {@code
 * stores/{store_id}/generated/{session_id}.jpg}. Only this class builds and parses the text. A path has exactly one
 * spelling, in lower case, so two texts name the same object only if they are equal.
 */
public record ObjectPath(UUID storeId, Kind kind, String name) {

    /** The origin of an object: a store uploaded it, or a try-on generated it. */
    public enum Kind {
        UPLOADS("uploads", ".jpg", ".png", ".webp"),
        GENERATED("generated", ".jpg");

        private final String word;
        private final Set<String> extensions;

        Kind(String word, String... extensions) {
            this.word = word;
            this.extensions = Set.of(extensions);
        }

        String word() {
            return word;
        }
    }

    private static final String ROOT = "stores/";
    private static final int UUID_LENGTH = 36;

    public ObjectPath {
        if (!isName(kind, name)) {
            throw new IllegalArgumentException("Not the name of an object");
        }
    }

    /** Makes a new path for an upload, with a time-ordered random name. */
    public static ObjectPath newUpload(UUID storeId, ImageType type) {
        return new ObjectPath(storeId, Kind.UPLOADS, UuidCreator.getTimeOrderedEpoch() + "." + type.extension());
    }

    /** Returns the only path of a session's result. */
    public static ObjectPath generated(UUID storeId, UUID sessionId) {
        return new ObjectPath(storeId, Kind.GENERATED, sessionId + "." + ImageType.JPEG.extension());
    }

    /** Returns the paths that an object with this name may have in a store: no other kind has the name. */
    public static List<ObjectPath> named(UUID storeId, String name) {
        return Arrays.stream(Kind.values())
                .filter(kind -> isName(kind, name))
                .map(kind -> new ObjectPath(storeId, kind, name))
                .toList();
    }

    /**
     * Compares characters, because each read and each check parses paths, and regular expressions cost a tenth of a read.
     *
     * @return empty unless the text is exactly the text of a path
     */
    public static Optional<ObjectPath> parse(String text) {
        if (!text.startsWith(ROOT) || !isUuid(text, ROOT.length())) {
            return Optional.empty();
        }
        int storeEnd = ROOT.length() + UUID_LENGTH;
        for (Kind kind : Kind.values()) {
            int nameStart = storeEnd + kind.word.length() + 2;
            if (text.startsWith("/" + kind.word + "/", storeEnd) && isName(kind, text.substring(nameStart))) {
                UUID storeId = UUID.fromString(text.substring(ROOT.length(), storeEnd));
                return Optional.of(new ObjectPath(storeId, kind, text.substring(nameStart)));
            }
        }
        return Optional.empty();
    }

    /** Returns the prefix of every path of a store and kind, with the slash at its end. */
    public static String prefix(UUID storeId, Kind kind) {
        return ROOT + storeId + "/" + kind.word() + "/";
    }

    /** Returns the path without a leading slash. */
    public String text() {
        return prefix(storeId, kind) + name;
    }

    @Override
    public String toString() {
        return text();
    }

    private static boolean isName(Kind kind, String name) {
        return isUuid(name, 0) && kind.extensions.contains(name.substring(UUID_LENGTH));
    }

    /** Whether a UUID in lower case is at this position. */
    private static boolean isUuid(String text, int from) {
        if (text.length() < from + UUID_LENGTH) {
            return false;
        }
        for (int i = 0; i < UUID_LENGTH; i++) {
            char sign = text.charAt(from + i);
            boolean valid = i == 8 || i == 13 || i == 18 || i == 23
                    ? sign == '-'
                    : sign >= '0' && sign <= '9' || sign >= 'a' && sign <= 'f';
            if (!valid) {
                return false;
            }
        }
        return true;
    }
}
