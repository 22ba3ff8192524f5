package dev.wearon.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationCheckTest {

    @ConfigMapping(prefix = "wearon.kitchen")
    interface Kitchen {

        enum Stove {
            GAS,
            WOOD
        }

        String key();

        @WithDefault("gas")
        Stove stove();

        @WithDefault("true")
        boolean open();

        @Min(1)
        @Max(40)
        OptionalInt seats();

        @WithDefault("4000")
        @WithConverter(Bounds.Bytes.class)
        @Min(512)
        @Max(64 << 10)
        long menuSize();

        @WithDefault("1m")
        @DurationMin(seconds = 0)
        @DurationMax(hours = 24)
        Duration resting();

        Oven oven();

        interface Oven {

            @WithDefault("90s")
            @DurationMin(millis = 1500)
            @DurationMax(hours = 2)
            @Bounds.AtLeast("wearon.kitchen.resting")
            Duration baking();

            @WithDefault("10m")
            @WithConverter(Bounds.Interval.class)
            Optional<@DurationMin(seconds = 1) @DurationMax(days = 2) Duration> cleanedEvery();

            @WithDefault("400d")
            @WithConverter(Bounds.KeptFor.class)
            Optional<@DurationMin(days = 31) @DurationMax(days = 36500) Duration> receiptsFor();
        }

        /** Not a property, because it has a body. */
        default Map<String, Integer> derived() {
            return Map.of();
        }
    }

    @ConfigMapping(prefix = "wearon.cellar")
    interface Cellar {

        @WithDefault("7")
        @Min(1)
        int bottles();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "seats | 0 | a whole number from 1 to 40",
                "seats | 41 | a whole number from 1 to 40",
                "seats | 2.5 | a whole number from 1 to 40",
                "seats | many | a whole number from 1 to 40",
                "menu-size | 1G | a size from 512 to 64K",
                "menu-size | 9999999999999999999G | a size from 512 to 64K",
                "menu-size | -1 | a size from 512 to 64K",
                "resting | -1s | a duration from 0s to 1d",
                "oven.baking | 1s | a duration from 1500ms to 2h",
                "oven.baking | soon | a duration from 1500ms to 2h",
                "oven.baking | 59s | at least WEARON_KITCHEN_RESTING, which is 1m",
                "oven.cleaned-every | never | a duration from 1s to 2d, or off",
                "oven.cleaned-every | 3d | a duration from 1s to 2d, or off",
                "oven.receipts-for | 0s | a duration from 31d to 36500d, or 0",
                "oven.receipts-for | off | a duration from 31d to 36500d, or 0",
                "stove | coal | gas or wood",
                "open | ture | true or false"
            })
    void namesTheVariableItsValueAndTheAllowedValues(String property, String value, String allowed) {
        String variable = "WEARON_KITCHEN_" + property.replaceAll("[.-]", "_").toUpperCase();
        assertThatThrownBy(() -> kitchen(Map.of(property, value)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("%s is %s; it must be %s", variable, value, allowed);
    }

    @Test
    void acceptsValuesWithinTheBounds() {
        Kitchen kitchen = kitchen(Map.of(
                "seats", " 40 ",
                "menu-size", "64K",
                "resting", "0s",
                "oven.baking", "1500ms",
                "oven.cleaned-every", "off",
                "stove", "wood"));
        assertThat(kitchen.seats()).hasValue(40);
        assertThat(kitchen.menuSize()).isEqualTo(65_536);
        assertThat(kitchen.oven().baking()).hasMillis(1_500);
        assertThat(kitchen.oven().cleanedEvery()).isEmpty();
        assertThat(kitchen(Map.of()).oven().cleanedEvery()).contains(Duration.ofMinutes(10));
        assertThat(kitchen(Map.of("oven.receipts-for", "0")).oven().receiptsFor())
                .isEmpty();
        assertThat(kitchen(Map.of()).oven().receiptsFor()).contains(Duration.ofDays(400));
    }

    @Test
    void listsAllErrorsAndNoSecret() {
        assertThatThrownBy(() -> kitchen(Map.of("seats", "0", "menu-size", "x", "key", "")))
                .hasMessage(String.join(
                        System.lineSeparator(),
                        "WEARON_KITCHEN_KEY must be set",
                        "WEARON_KITCHEN_MENU_SIZE is x; it must be a size from 512 to 64K",
                        "WEARON_KITCHEN_SEATS is 0; it must be a whole number from 1 to 40"));
        assertThatThrownBy(() -> kitchen(Map.of("seats", "0", "key", "a secret")))
                .hasMessageNotContaining("a secret");
    }

    @Test
    void refusesAMappingWithANumberThatHasNoBounds() {
        assertThatThrownBy(() -> configuration(Cellar.class, new EnvConfigSource(Map.of(), 300)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Cellar.bottles must have a lower and an upper bound");
    }

    @ConfigMapping(prefix = "wearon.keys")
    interface Keys {

        @WithDefault("60s")
        @DurationMin(seconds = 1)
        @DurationMax(minutes = 1)
        Duration maxStaleness();
    }

    @ParameterizedTest
    @CsvSource({
        "WEARON_KEYS_BELIEVED, 20s, WEARON_KEYS_BELIEVED, 20s, 20s",
        "WEARON_KEYS_MAX_STALENESS, 10s, WEARON_KEYS_BELIEVED, 20s, 10s",
        "WEARON_KEYS_MAX_STALENESS, 10s, WEARON_KEYS_BELIEVED, '', 10s",
        "WEARON_HTTP_PORT, 1, WEARON_HTTP_PORT, 1, 60s"
    })
    void takesAVariableUnderItsFormerNameUnlessTheNewOneIsSet(
            String one, String value, String other, String otherValue, String expected) {
        Map<String, String> environment = new HashMap<>(Map.of(one, value));
        environment.put(other, otherValue);
        assertThat(keys(environment).maxStaleness()).isEqualTo(DurationConverter.parseDuration(expected));
    }

    @Test
    void checksTheBoundsOfAVariableUnderItsFormerName() {
        assertThatThrownBy(() -> keys(Map.of("WEARON_KEYS_BELIEVED", "2m")))
                .hasMessage("WEARON_KEYS_MAX_STALENESS is 2m; it must be a duration from 1s to 1m");
    }

    @Test
    void warnsOfUnknownAndRenamedVariables() {
        assertThat(ConfigurationCheck.warnings(Map.of(
                        "WEARON_HTTP_PROT", "8080",
                        "WEARON_KEYS_BELIEVED", "20s",
                        "WEARON_LIMITS_PAUSE", "1s",
                        "WEARON_LIMITS_REDIS_RETRY_AFTER", "2s",
                        "WEARON_HTTP_PORT", "8080")))
                .containsExactly(
                        "WEARON_HTTP_PROT is not a variable of a WearOn service and is ignored; did you mean WEARON_HTTP_PORT?",
                        "WEARON_KEYS_BELIEVED is deprecated; its new name is WEARON_KEYS_MAX_STALENESS",
                        "WEARON_LIMITS_PAUSE is ignored, because its new name WEARON_LIMITS_REDIS_RETRY_AFTER is set too");
    }

    private static Keys keys(Map<String, String> environment) {
        return configuration(Keys.class, new EnvConfigSource(environment, 300)).getConfigMapping(Keys.class);
    }

    private static Kitchen kitchen(Map<String, String> values) {
        Map<String, String> properties = new HashMap<>(Map.of("wearon.kitchen.key", "a secret"));
        values.forEach((name, value) -> properties.put("wearon.kitchen." + name, value));
        return configuration(Kitchen.class, new PropertiesConfigSource(properties, "test", 100))
                .getConfigMapping(Kitchen.class);
    }

    private static SmallRyeConfig configuration(Class<?> mapping, ConfigSource source) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withSources(source);
        new ConfigurationCheck().configBuilder(builder);
        return builder.withMapping(mapping).build();
    }
}
