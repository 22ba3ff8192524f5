package dev.wearon.gateway.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WebhookSecretsTest {

    private static final String OLD = "the-old-key-of-this-test-0123456789";
    private static final String NEW = "the-new-key-of-this-test-0123456789";

    private final UUID endpoint = UUID.randomUUID();

    private static WebhookSecrets with(String... keys) {
        return new WebhookSecrets(List.of(keys));
    }

    @Test
    void theFirstKeyEncryptsAndAllDecrypt() {
        WebhookSecrets.New before = with(OLD).generate(endpoint);
        WebhookSecrets.New after = with(NEW, OLD).generate(endpoint);

        assertThat(with(NEW, OLD).open(endpoint, before.sealed())).isEqualTo(before.value());
        assertThat(with(NEW).open(endpoint, after.sealed())).isEqualTo(after.value());
        assertThatThrownBy(() -> with(NEW).open(endpoint, before.sealed()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("WEARON_WEBHOOK_KEYS")
                .hasMessageNotContaining(NEW);
    }

    @Test
    void aChangedSecretIsNotOpened() {
        Buffer sealed = with(NEW).generate(endpoint).sealed();
        sealed.setByte(sealed.length() - 1, (byte) (sealed.getByte(sealed.length() - 1) ^ 1));

        assertThatThrownBy(() -> with(NEW).open(endpoint, sealed)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void noTwoSecretsAreEqual() {
        WebhookSecrets secrets = with(NEW);

        assertThat(secrets.generate(endpoint).value())
                .isNotEqualTo(secrets.generate(endpoint).value());
    }

    @Test
    void withoutAKeyItIsOff() {
        assertThat(with().isOff()).isTrue();
        assertThat(with(NEW).isOff()).isFalse();
    }

    @Test
    void aShortKeyIsRefusedWithoutShowingIt() {
        assertThatThrownBy(() -> with(NEW, "short-key"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("WEARON_WEBHOOK_KEYS")
                .hasMessageNotContaining("short-key");
    }
}
