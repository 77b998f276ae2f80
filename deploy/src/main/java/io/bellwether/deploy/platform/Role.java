package io.bellwether.deploy.platform;

import java.util.Locale;
import java.util.Optional;

/** What a process of the platform is. In the order in which they stop: who sends first, who keeps the memory last. */
public enum Role {
    GATEWAY,
    WORKER,
    MONITORING,
    KAFKA;

    /** The name people see and type. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role with that label, if there is one. */
    public static Optional<Role> of(String label) {
        for (var role : values()) {
            if (role.label().equals(label)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
