package dev.wearon.gateway.merchant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DisclosureTest {

    private static final Map<String, String> USUAL = Map.of("model", "local", "retention", "PT6H");

    private static Disclosure disclosure(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(USUAL);
        all.putAll(settings);
        SmallRyeConfigBuilder config = new SmallRyeConfigBuilder().withMapping(DisclosureConfig.class);
        all.forEach((name, value) -> config.withDefaultValue("wearon.disclosure." + name, value));
        return new Disclosure(config.build().getConfigMapping(DisclosureConfig.class));
    }

    private static String text(Map<String, String> settings) {
        return disclosure(settings).text(Optional.empty());
    }

    @Test
    void saysThatTheLocalModelSendsNoPhoto() {
        assertThat(text(Map.of()))
                .isEqualTo(
                        "Your photo is used for your try-on only. The preview is made on this server; no photo is sent to an"
                                + " AI provider. The photo and the picture are deleted after 6 hours.");
    }

    @Test
    void namesTheProviderOfAnotherModel() {
        assertThat(text(Map.of("model", "far", "provider", "Example AI")))
                .contains("is sent to the AI provider Example AI", "On this server", "deleted after 6 hours.")
                .doesNotContain("no photo is sent");
    }

    @Test
    void refusesToStartWithoutTheProviderOfAnotherModel() {
        assertThatThrownBy(() -> disclosure(Map.of("model", "far")))
                .hasMessageContaining("WEARON_DISCLOSURE_PROVIDER")
                .hasMessageContaining("WEARON_DISCLOSURE_TEXT");
    }

    @Test
    void usesTheTextOfTheOperator() {
        Disclosure own = disclosure(Map.of("model", "far", "text", "Fotos leben {retention}. {x}"));
        assertThat(own.text(Optional.empty())).isEqualTo("Fotos leben 6 hours. {x}");
        assertThat(own.text(Optional.of(Duration.ofHours(1)))).isEqualTo("Fotos leben 1 hour. {x}");
    }

    @Test
    void showsTheShorterRetention() {
        Disclosure made = disclosure(Map.of("retention", "PT90S"));
        assertThat(made.text(Optional.empty())).contains("after 90 seconds.");
        assertThat(made.text(Optional.of(Duration.ofMinutes(30)))).contains("after 90 seconds.");
        assertThat(made.text(Optional.of(Duration.ofMinutes(1)))).contains("after 1 minute.");
    }
}
