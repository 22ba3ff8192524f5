package dev.wearon.generation.roles;

import jakarta.inject.Singleton;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

@Singleton
public class Roles {

    private final Set<Role> roles;

    Roles(@ConfigProperty(name = "wearon.roles", defaultValue = ApiPort.ALL_ROLES) String roles) {
        this.roles = Role.parse(roles);
    }

    public boolean include(Role role) {
        return roles.contains(role);
    }
}
