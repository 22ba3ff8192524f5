package dev.wearon.generation.garments;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The kind of a garment: it decides where the garment is worn. */
public enum GarmentType {
    /** Worn from the shoulders: a tee, a sweater, a jacket, a coat. */
    UPPER,
    /** Worn from the waist: trousers, shorts, a skirt. */
    LOWER,
    /** Worn from the shoulders and covers the hips. */
    DRESS;

    /** @return empty for a text that names no kind of this version */
    public static Optional<GarmentType> ofWire(String text) {
        return Arrays.stream(values()).filter(type -> type.wire().equals(text)).findFirst();
    }

    /** The names on the wire, in the order of this enum. */
    public static String names(Collection<GarmentType> types) {
        return types.stream().sorted().map(GarmentType::wire).collect(Collectors.joining(", "));
    }

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
