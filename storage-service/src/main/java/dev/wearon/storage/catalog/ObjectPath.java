package dev.wearon.storage.catalog;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.storage.images.ImageType;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The path of an object: {@code stores/{store_id}/uploads/{uuid}.{jpg|png|webp}} or {@code
 * stores/{store_id}/generated/{session_id}.jpg}. Only this class builds and parses the text. A path has exactly one
 * spelling, in lower case, so two texts name the same object only if they are equal.
 */
public record ObjectPath(UUID storeId, Kind kind, String name) {

    /** The origin of an object: a store uploaded it, or a try-on generated it. */
    public enum Kind {
        UPLOADS,
        GENERATED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String UUID_FORM = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    private static final Pattern UPLOAD_NAME = Pattern.compile(UUID_FORM + "\\.(?:jpg|png|webp)");
    private static final Pattern GENERATED_NAME = Pattern.compile(UUID_FORM + "\\.jpg");
    private static final Pattern FORM =
            Pattern.compile("stores/(" + UUID_FORM + ")/(uploads|generated)/([0-9a-z.-]{1,64})");

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

    /** @return empty unless the text is exactly the text of a path */
    public static Optional<ObjectPath> parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        Kind kind = Kind.valueOf(parts.group(2).toUpperCase(Locale.ROOT));
        return isName(kind, parts.group(3))
                ? Optional.of(new ObjectPath(UUID.fromString(parts.group(1)), kind, parts.group(3)))
                : Optional.empty();
    }

    /** Returns the prefix of every path of a store and kind, with the slash at its end. */
    public static String prefix(UUID storeId, Kind kind) {
        return "stores/" + storeId + "/" + kind.word() + "/";
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
        return switch (kind) {
            case UPLOADS -> UPLOAD_NAME.matcher(name).matches();
            case GENERATED -> GENERATED_NAME.matcher(name).matches();
        };
    }
}
