package dev.wearon.configuration;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigMappingInterface.Property;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Refuses a configuration that no service can run with, before anything is made of it, in one line for each variable: its
 * name as the operator writes it, its value and what is allowed. A number outside its bounds would otherwise be found out
 * by whoever needs it, or by nobody; and a text that is no number would be refused in the framework's words.
 */
public final class ConfigurationCheck implements SmallRyeConfigBuilderCustomizer {

    private static final Logger LOG = Logger.getLogger(ConfigurationCheck.class);
    private static final String OURS = "wearon.";
    private static final int LONGEST_SHOWN = 60;

    /**
     * The mappings are complete only when all customizers have run, and values can be read only when the sources are there.
     * Both hold when a source that depends on others is asked for; this one has no values.
     */
    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        builder.withSources((ConfigSourceFactory) context -> {
            Map<String, Method> numbers = properties(builder);
            if (!numbers.isEmpty()) {
                Variables.unknown(System.getenv())
                        .forEach((name, nearest) -> LOG.warnf("%s", complaint(name, nearest)));
                check(numbers, new Values(context, builder.getDefaultValues()));
            }
            return List.of();
        });
    }

    /** What is set, or else the default of the mapping. */
    private record Values(ConfigSourceContext context, Map<String, String> defaults) {

        Optional<String> of(String property) {
            return Optional.ofNullable(context.getValue(property))
                    .map(ConfigValue::getValue)
                    .or(() -> Optional.ofNullable(defaults.get(property)))
                    .map(String::strip)
                    .filter(value -> !value.isEmpty());
        }
    }

    private static Map<String, Method> properties(SmallRyeConfigBuilder builder) {
        Map<String, Method> methods = new TreeMap<>();
        for (ConfigClass mapping : builder.getMappingsBuilder().getMappings()) {
            if (mapping.getPrefix().startsWith(OURS)) {
                ConfigMappings.getProperties(mapping).forEach((name, property) -> {
                    if (isValue(property)) {
                        methods.put(name, property.getMethod());
                    }
                });
            }
        }
        return methods;
    }

    private static boolean isValue(Property property) {
        return !property.isGroup() && !property.isDefaultMethod();
    }

    private static void check(Map<String, Method> methods, Values values) {
        String wrong = methods.entrySet().stream()
                .flatMap(entry -> complaint(entry.getKey(), entry.getValue(), values).stream())
                .collect(Collectors.joining(System.lineSeparator()));
        if (!wrong.isEmpty()) {
            // Of this kind of exception a start that fails prints the message and no stack trace.
            throw new ConfigurationException(wrong);
        }
    }

    private static Optional<String> complaint(String property, Method method, Values values) {
        Optional<Bounds<?>> bounds = Bounds.of(method);
        Optional<String> value = values.of(property);
        if (value.isEmpty()) {
            boolean needed = !method.getReturnType().getSimpleName().startsWith("Optional");
            return needed ? Optional.of(variable(property) + " must be set") : Optional.empty();
        }
        // Only these values are shown: other texts may be secrets.
        return bounds.map(
                        number -> number.complaint(value.get()).or(() -> relation(method, number, value.get(), values)))
                .orElseGet(() -> word(method, value.get()))
                .map(allowed -> "%s is %s; it must be %s".formatted(variable(property), shown(value.get()), allowed));
    }

    private static Optional<String> relation(Method method, Bounds<?> bounds, String value, Values values) {
        return Optional.ofNullable(method.getAnnotation(Bounds.AtLeast.class))
                .map(Bounds.AtLeast::value)
                .flatMap(other -> values.of(other)
                        .filter(than -> bounds.isLess(value, than))
                        .map(than -> "at least %s, which is %s".formatted(variable(other), shown(than))));
    }

    private static Optional<String> word(Method method, String value) {
        List<String> words = Bounds.words(Bounds.valueType(method));
        return words.isEmpty() || words.contains(value.toLowerCase(Locale.ROOT))
                ? Optional.empty()
                : Optional.of(String.join(" or ", words));
    }

    private static String shown(String value) {
        return value.length() <= LONGEST_SHOWN ? value : value.substring(0, LONGEST_SHOWN) + "...";
    }

    private static String complaint(String name, Optional<String> nearest) {
        return name + " is not a variable of a WearOn service and is ignored"
                + nearest.map(known -> "; did you mean " + known + "?").orElse("");
    }

    private static String variable(String property) {
        return property.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
    }
}
