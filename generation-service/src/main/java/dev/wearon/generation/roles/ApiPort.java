package dev.wearon.generation.roles;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.PropertiesConfigSource;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Keeps the API port closed in an instance without the role {@code api}; the management port stays open. It is a configuration
 * source, because Quarkus decides by a property whether it listens, and a property expression cannot evaluate a list.
 */
public class ApiPort implements ConfigSourceFactory {

    static final String ALL_ROLES = "api,worker";

    /** Overrides {@code application.properties}; the environment overrides it. */
    private static final int ORDINAL = 275;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        String configured = context.getValue("wearon.roles").getValue();
        boolean open = Role.parse(configured == null ? ALL_ROLES : configured).contains(Role.API);
        return List.of(new PropertiesConfigSource(
                Map.of("quarkus.http.host-enabled", Boolean.toString(open)), "roles", ORDINAL));
    }
}
