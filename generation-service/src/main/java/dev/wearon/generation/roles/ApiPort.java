package dev.wearon.generation.roles;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.PropertiesConfigSource;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Keeps the API's port closed in an instance that does not serve it; the management port is another one. It is a source of
 * configuration because Quarkus decides by a setting whether it listens, and no expression can make one out of a list.
 */
public class ApiPort implements ConfigSourceFactory {

    static final String ALL_ROLES = "api,worker";

    /** Above {@code application.properties}, below the environment. */
    private static final int ORDINAL = 275;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        String configured = context.getValue("wearon.roles").getValue();
        boolean open = Role.parse(configured == null ? ALL_ROLES : configured).contains(Role.API);
        return List.of(new PropertiesConfigSource(
                Map.of("quarkus.http.host-enabled", Boolean.toString(open)), "roles", ORDINAL));
    }
}
