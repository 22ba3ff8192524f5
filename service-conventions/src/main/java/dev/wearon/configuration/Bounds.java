package dev.wearon.configuration;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.WithConverter;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.spi.Converter;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * The allowed range of a number or a duration in the configuration.
 *
 * @param kind the words for this kind of value in messages, for example {@code a whole number}
 * @param read parses a text; throws if the text is not such a value
 * @param write formats a value, as short as possible
 * @param without a text outside the range that is allowed too and means no value: {@value #OFF} or {@value #FOR_EVER}
 */
public record Bounds<T extends Comparable<T>>(
        String kind, T least, T most, Function<String, T> read, Function<T, String> write, Optional<String> without) {

    private static final String OFF = "off";
    private static final String FOR_EVER = "0";
    private static final Set<Class<?>> WHOLE = Set.of(int.class, Integer.class, long.class, Long.class);

    private static final List<Unit<Long>> SIZES = List.of(
            new Unit<>("G", 1L << 30), new Unit<>("M", 1L << 20), new Unit<>("K", 1L << 10), new Unit<>("", 1L));

    private static final List<Unit<Duration>> TIMES = List.of(
            new Unit<>("d", Duration.ofDays(1)),
            new Unit<>("h", Duration.ofHours(1)),
            new Unit<>("m", Duration.ofMinutes(1)),
            new Unit<>("s", Duration.ofSeconds(1)),
            new Unit<>("ms", Duration.ofMillis(1)));

    private record Unit<T>(String name, T size) {}

    /** The value must not be smaller than another number of the same service. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    public @interface AtLeast {

        /** The property of the other number. */
        String value();
    }

    /** Parses a number of bytes: {@code 4000}, {@code 64K}, {@code 10M}. */
    public static final class Bytes implements Converter<Long> {

        @Override
        public Long convert(String value) {
            return new MemorySizeConverter().convert(value).asBigInteger().longValueExact();
        }
    }

    /** Parses the interval of a job: a duration. {@code off} becomes null: the job does not run. */
    public static final class Interval implements Converter<Duration> {

        @Override
        public Duration convert(String value) {
            return value.strip().equalsIgnoreCase(OFF) ? null : DurationConverter.parseDuration(value);
        }
    }

    /** Parses how long something is kept: a duration. {@code 0} becomes null: it is kept for ever. */
    public static final class KeptFor implements Converter<Duration> {

        @Override
        public Duration convert(String value) {
            return value.strip().equals(FOR_EVER) ? null : DurationConverter.parseDuration(value);
        }
    }

    /**
     * Returns the bounds of the value of a method of a {@code @ConfigMapping}.
     *
     * @return empty if the value is neither a whole number nor a duration
     * @throws IllegalStateException if the lower or the upper bound of such a value is missing
     */
    static Optional<Bounds<?>> of(Method method) {
        Type type = valueType(method);
        AnnotatedElement annotated = method.getAnnotatedReturnType() instanceof AnnotatedParameterizedType optional
                ? optional.getAnnotatedActualTypeArguments()[0]
                : method;
        if (WHOLE.contains(type)) {
            long least = bound(method, annotated.getAnnotation(Min.class)).value();
            long most = bound(method, annotated.getAnnotation(Max.class)).value();
            return Optional.of(
                    isConvertedBy(method, Bytes.class)
                            ? new Bounds<>("a size", least, most, new Bytes()::convert, Bounds::size, Optional.empty())
                            : new Bounds<>(
                                    "a whole number", least, most, Long::valueOf, String::valueOf, Optional.empty()));
        }
        if (type == Duration.class) {
            DurationMin least = bound(method, annotated.getAnnotation(DurationMin.class));
            DurationMax most = bound(method, annotated.getAnnotation(DurationMax.class));
            return Optional.of(new Bounds<>(
                    "a duration",
                    duration(least.days(), least.hours(), least.minutes(), least.seconds(), least.millis()),
                    duration(most.days(), most.hours(), most.minutes(), most.seconds(), most.millis()),
                    DurationConverter::parseDuration,
                    Bounds::time,
                    isConvertedBy(method, Interval.class)
                            ? Optional.of(OFF)
                            : isConvertedBy(method, KeptFor.class) ? Optional.of(FOR_EVER) : Optional.empty()));
        }
        return Optional.empty();
    }

    /** The type of the value, without {@code Optional}. */
    static Type valueType(Method method) {
        Type type = method.getGenericReturnType();
        if (type == OptionalInt.class) {
            return int.class;
        }
        if (type == OptionalLong.class) {
            return long.class;
        }
        return type instanceof ParameterizedType optional && optional.getRawType() == Optional.class
                ? optional.getActualTypeArguments()[0]
                : type;
    }

    /** The end of the sentence "it must be …" for an invalid text; empty for a valid text. */
    Optional<String> violation(String text) {
        boolean valid = without.filter(text::equalsIgnoreCase).isPresent()
                || value(text)
                        .filter(value -> value.compareTo(least) >= 0 && value.compareTo(most) <= 0)
                        .isPresent();
        return valid ? Optional.empty() : Optional.of(this.toString());
    }

    /** Whether {@code text} is a smaller number than {@code other}; false if one of them is not a number. */
    boolean isLess(String text, String other) {
        return value(text)
                .flatMap(value -> value(other).map(otherValue -> value.compareTo(otherValue) < 0))
                .orElse(false);
    }

    private Optional<T> value(String text) {
        try {
            return Optional.ofNullable(read.apply(text));
        } catch (IllegalArgumentException | ArithmeticException unreadable) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "%s from %s to %s%s"
                .formatted(
                        kind,
                        write.apply(least),
                        write.apply(most),
                        without.map(", or "::concat).orElse(""));
    }

    private static <A> A bound(Method method, A annotation) {
        if (annotation == null) {
            throw new IllegalStateException("%s.%s must have a lower and an upper bound"
                    .formatted(method.getDeclaringClass().getName(), method.getName()));
        }
        return annotation;
    }

    private static boolean isConvertedBy(Method method, Class<?> converter) {
        WithConverter chosen = method.getAnnotation(WithConverter.class);
        return chosen != null && chosen.value() == converter;
    }

    private static Duration duration(long days, long hours, long minutes, long seconds, long millis) {
        return Duration.ofDays(days)
                .plusHours(hours)
                .plusMinutes(minutes)
                .plusSeconds(seconds)
                .plusMillis(millis);
    }

    private static String size(Long bytes) {
        return SIZES.stream()
                .filter(unit -> bytes % unit.size() == 0 && (bytes > 0 || unit.size() == 1))
                .findFirst()
                .map(unit -> bytes / unit.size() + unit.name())
                .orElseThrow();
    }

    private static String time(Duration duration) {
        return TIMES.stream()
                .filter(unit ->
                        !duration.isZero() && duration.toMillis() % unit.size().toMillis() == 0)
                .findFirst()
                .map(unit -> duration.dividedBy(unit.size()) + unit.name())
                .orElse("0s");
    }

    /** The allowed words of an enum or a boolean; empty for other types. */
    static List<String> allowedWords(Type type) {
        if (type == boolean.class || type == Boolean.class) {
            return List.of("true", "false");
        }
        return type instanceof Class<?> constants && constants.isEnum()
                ? Stream.of(constants.getEnumConstants())
                        .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                        .toList()
                : List.of();
    }
}
