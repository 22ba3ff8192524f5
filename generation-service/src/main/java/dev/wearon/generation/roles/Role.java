package dev.wearon.generation.roles;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

public enum Role {
    /** Serves the API. */
    API,
    /** Makes the pictures. */
    WORKER;

    /** @throws ConfigurationException unless {@code roles} names one or both, separated by a comma */
    static Set<Role> parse(String roles) {
        Set<Role> parsed = EnumSet.noneOf(Role.class);
        for (String name : roles.split(",", -1)) {
            parsed.add(Arrays.stream(values())
                    .filter(role -> role.wire().equals(name.strip()))
                    .findFirst()
                    .orElseThrow(() -> new ConfigurationException(
                            "WEARON_ROLES must be api, worker or api,worker; it is " + roles)));
        }
        return parsed;
    }

    private String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
