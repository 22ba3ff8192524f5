package dev.wearon.client.transport;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import java.util.StringJoiner;

/** The text of a record without URLs and secrets, because a signed URL is a permission and texts end up in logs. */
public final class Shown {

    private Shown() {}

    public static String text(Record value) {
        StringJoiner text = new StringJoiner(", ", value.getClass().getSimpleName() + "[", "]");
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            try {
                text.add(component.getName() + "="
                        + shown(component.getAccessor().invoke(value)));
            } catch (ReflectiveOperationException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
        return text.toString();
    }

    private static String shown(Object value) {
        boolean mayHoldUrls = value instanceof Collection || value instanceof Map;
        String text = String.valueOf(value);
        return mayHoldUrls || isUrl(text) || text.startsWith("whsec_") ? "…" : text;
    }

    /** Whether a text is the address of a picture, and not a path. */
    public static boolean isUrl(String text) {
        return text.regionMatches(true, 0, "http://", 0, 7) || text.regionMatches(true, 0, "https://", 0, 8);
    }
}
