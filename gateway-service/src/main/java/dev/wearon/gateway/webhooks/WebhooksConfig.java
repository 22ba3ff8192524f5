package dev.wearon.gateway.webhooks;

import io.smallrye.config.ConfigMapping;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import java.util.Optional;

@ConfigMapping(prefix = "wearon.webhook")
interface WebhooksConfig {

    String HOST = "[a-z0-9.-]{1,253}:[1-9][0-9]{0,4}";
    String HOST_MESSAGE = "must be host:port in lower case";

    /**
     * Encrypt the secrets of endpoints. The first one is used for new secrets, and all of them to read. Empty: stores cannot have
     * endpoints. {@link WebhookSecrets} checks them, because a message of the validation could contain one.
     */
    Optional<List<String>> keys();

    /** Hosts of the operator's own network, each with its port. They may have a private address, another port and plain http. */
    Optional<List<@Pattern(regexp = HOST, message = HOST_MESSAGE) String>> allowedHosts();
}
