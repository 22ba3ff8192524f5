package dev.wearon.gateway.shopify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.spi.Converter;
import org.junit.jupiter.api.Test;

class ShopifyAppTest {

    private static final Map<String, String> COMPLETE = Map.of(
            "client-id", "an-app",
            "client-secret", "the-secret-of-the-app",
            "token-keys", "a-key-of-the-tests-that-encrypts-tokens");

    private static ShopifyApp with(Map<String, String> settings) {
        return new ShopifyApp(config(settings));
    }

    /** @param settings by the names of the members */
    static ShopifyConfig config(Map<String, String> settings) {
        Map<String, String> named = new HashMap<>();
        settings.forEach((name, value) -> named.put("wearon.shopify." + name, value));
        return new SmallRyeConfigBuilder()
                .withConverters(new Converter<?>[] {new DurationConverter()})
                .withMapping(ShopifyConfig.class)
                .withSources(new PropertiesConfigSource(named, "test", 100))
                .build()
                .getConfigMapping(ShopifyConfig.class);
    }

    private static Map<String, String> complete(String name, String value) {
        Map<String, String> changed = new HashMap<>(COMPLETE);
        changed.put(name, value);
        return changed;
    }

    @Test
    void isOffWithoutAClientId() {
        assertThat(with(Map.of()).isOff()).isTrue();
        assertThat(with(Map.of("client-secret", "the-secret-of-the-app")).secrets())
                .isEmpty();
        assertThat(with(COMPLETE).isOff()).isFalse();
    }

    @Test
    void acceptsASecondSecret() {
        assertThat(with(COMPLETE).secrets()).containsExactly(bytes("the-secret-of-the-app"));
        ShopifyApp rotated = with(complete("client-secret-before", "the-secret-of-yesterday"));
        assertThat(rotated.secrets()).containsExactly(bytes("the-secret-of-the-app"), bytes("the-secret-of-yesterday"));
        assertThat(rotated.secret()).isEqualTo("the-secret-of-the-app");
    }

    @Test
    void aHalfIsRefused() {
        for (String missing : new String[] {"client-secret", "token-keys"}) {
            Map<String, String> half = new HashMap<>(COMPLETE);
            half.remove(missing);
            assertThatThrownBy(() -> with(half))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("WEARON_SHOPIFY_CLIENT_ID");
        }
    }

    @Test
    void aShortSecretIsRefusedWithoutShowingIt() {
        for (String name : new String[] {"client-secret", "client-secret-before", "token-keys"}) {
            assertThatThrownBy(() -> with(complete(name, "too-short")))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("WEARON_SHOPIFY_")
                    .hasMessageNotContaining("too-short");
        }
    }

    @Test
    void theUrlNamesTheShop() {
        ShopDomain shop = new ShopDomain("a.myshopify.com");
        assertThat(with(COMPLETE).url(shop)).isEqualTo("https://a.myshopify.com");
        assertThat(with(complete("url", "http://127.0.0.1:1/{shop}")).url(shop))
                .isEqualTo("http://127.0.0.1:1/a.myshopify.com");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
