package dev.wearon.configuration;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigMappingInterface.Property;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.FallbackConfigSourceInterceptor;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Stops the start of a service if its configuration is invalid. Prints one line for each wrong variable: its name, its value
 * and the allowed values. Without this check a number outside its bounds would be found late or never. A text that is not a
 * number would be refused with the property names of the framework.
 *
 * <p>Also reads {@link SettingsFile}, warns of unknown variables, and accepts the former name of a renamed variable.
 */
public final class ConfigurationCheck implements SmallRyeConfigBuilderCustomizer {

    private static final Logger LOG = Logger.getLogger(ConfigurationCheck.class);
    private static final String OURS = "wearon.";
    private static final int MAX_SHOWN_CHARS = 60;

    /** Less than environment variables (300), more than all files in the jars. */
    private static final int FILE_ORDINAL = 295;

    /** The end of the name of a list. Its value is one text with commas. */
    private static final String EACH = "[*]";

    private static final Map<String, String> FORMER_NAMES = Variables.renamed().entrySet().stream()
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

    /**
     * Checks the values in a configuration source that has no values itself. A source is created after all customizers have
     * registered their mappings, and can read the other sources; a customizer can do neither.
     */
    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        Map<String, String> settings = SettingsFile.read(System.getenv());
        builder.withSources(new EnvConfigSource(settings, FILE_ORDINAL));
        builder.withInterceptors(new FallbackConfigSourceInterceptor(ConfigurationCheck::formerName));
        builder.withSources((ConfigSourceFactory) context -> {
            Map<String, Method> properties = properties(builder);
            if (!properties.isEmpty()) {
                Map<String, String> variables = new HashMap<>(settings);
                variables.putAll(System.getenv());
                warnings(variables).forEach(LOG::warn);
                check(properties, new Values(context, builder.getDefaultValues()));
            }
            return List.of();
        });
    }

    /** The former name of the variable of a property; the property itself if its variable was never renamed. */
    private static String formerName(String property) {
        return property.startsWith(OURS) ? FORMER_NAMES.getOrDefault(variable(property), property) : property;
    }

    static List<String> warnings(Map<String, String> environment) {
        Stream<String> unknown = Variables.unknown(environment).entrySet().stream()
                .map(entry -> entry.getKey() + " is not a variable of a WearOn service and is ignored"
                        + entry.getValue()
                                .map(name -> "; did you mean " + name + "?")
                                .orElse(""));
        Stream<String> renamed = Variables.renamed().entrySet().stream()
                .filter(entry -> environment.containsKey(entry.getKey()))
                .map(entry -> (environment.containsKey(entry.getValue())
                                ? "%s is ignored, because its new name %s is set too"
                                : "%s is deprecated; its new name is %s")
                        .formatted(entry.getKey(), entry.getValue()));
        return Stream.concat(unknown, renamed).toList();
    }

    /** The value that is set, or else the default of the mapping. */
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
                        methods.put(name.replace(EACH, ""), property.getMethod());
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
                .flatMap(entry -> violation(entry.getKey(), entry.getValue(), values).stream())
                .collect(Collectors.joining(System.lineSeparator()));
        if (!wrong.isEmpty()) {
            // Quarkus prints only the message of this exception, without a stack trace.
            throw new ConfigurationException(wrong);
        }
    }

    private static Optional<String> violation(String property, Method method, Values values) {
        Optional<Bounds<?>> bounds = Bounds.of(method);
        Optional<String> value = values.of(property);
        if (value.isEmpty()) {
            boolean needed = !method.getReturnType().getSimpleName().startsWith("Optional");
            return needed ? Optional.of(variable(property) + " must be set") : Optional.empty();
        }
        // Shows only values of numbers and enums: other texts may be secrets.
        return bounds.map(
                        number -> number.violation(value.get()).or(() -> relation(method, number, value.get(), values)))
                .orElseGet(() -> word(method, value.get()))
                .map(allowed -> "%s is %s; it must be %s".formatted(variable(property), shown(value.get()), allowed));
    }

    private static Optional<String> relation(Method method, Bounds<?> bounds, String value, Values values) {
        return Optional.ofNullable(method.getAnnotation(Bounds.AtLeast.class))
                .map(Bounds.AtLeast::value)
                .flatMap(other -> values.of(other)
                        .filter(otherValue -> bounds.isLess(value, otherValue))
                        .map(otherValue -> "at least %s, which is %s".formatted(variable(other), shown(otherValue))));
    }

    private static Optional<String> word(Method method, String value) {
        List<String> words = Bounds.allowedWords(Bounds.valueType(method));
        return words.isEmpty() || words.contains(value.toLowerCase(Locale.ROOT))
                ? Optional.empty()
                : Optional.of(String.join(" or ", words));
    }

    private static String shown(String value) {
        return value.length() <= MAX_SHOWN_CHARS ? value : value.substring(0, MAX_SHOWN_CHARS) + "...";
    }

    private static String variable(String property) {
        return property.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
    }
}
