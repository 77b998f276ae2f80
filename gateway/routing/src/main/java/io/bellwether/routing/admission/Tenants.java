package io.bellwether.routing.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tenants that an operator has declared. A request that names none of them, or nobody, belongs to {@link #DEFAULT}: so
 * no client can make tenants up, and whatever is kept or exported for each tenant is bounded. Immutable.
 */
public final class Tenants {
    /** Who names no declared tenant. Its quota may be declared like any other. */
    public static final String DEFAULT = "default";

    /** Number of {@link #DEFAULT}. */
    public static final int DEFAULT_NUMBER = 0;

    /** Tenants that may be declared, the default one included. */
    public static final int COUNT_MAX = 256;

    private static final int NAME_CHARACTERS_MAX = 64;

    private final List<String> names = new ArrayList<>();
    private final List<TenantQuota> quotas = new ArrayList<>();
    private final Map<String, Integer> numbers;

    /**
     * @param declared quotas by name; a default tenant that is not declared has no limit
     */
    public Tenants(Map<String, TenantQuota> declared) {
        add(DEFAULT, declared.getOrDefault(DEFAULT, TenantQuota.UNLIMITED));
        new TreeMap<>(declared).forEach((name, quota) -> {
            if (!name.equals(DEFAULT)) {
                add(name, quota);
            }
        });
        if (names.size() > COUNT_MAX) {
            throw new IllegalArgumentException("tenants: " + names.size() + " with the default one, expected at most "
                    + COUNT_MAX + "; let tenants that need no quota of their own share the default one");
        }
        Map<String, Integer> byName = new TreeMap<>();
        for (int number = 0; number < names.size(); number++) {
            byName.put(names.get(number), number);
        }
        this.numbers = Map.copyOf(byName);
    }

    private void add(String name, TenantQuota quota) {
        if (name.isEmpty()
                || name.length() > NAME_CHARACTERS_MAX
                || !name.chars().allMatch(Tenants::allowed)) {
            throw new IllegalArgumentException("tenants: the name '" + name + "' must be 1 to " + NAME_CHARACTERS_MAX
                    + " letters, digits, '-', '_' or '.'");
        }
        names.add(name);
        quotas.add(quota);
    }

    private static boolean allowed(int character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || character == '-'
                || character == '_'
                || character == '.';
    }

    /** Whether there are others than the default one, so that it matters who asks. */
    public boolean areSeveral() {
        return names.size() > 1;
    }

    /** How many there are, the default one included. */
    public int count() {
        return names.size();
    }

    /** Number of a tenant by the name that a request gives; that of the default tenant if no such one is declared. */
    public int number(String name) {
        return numbers.getOrDefault(name, DEFAULT_NUMBER);
    }

    /** All names, the default one first. */
    public List<String> names() {
        return List.copyOf(names);
    }

    public String name(int number) {
        return names.get(number);
    }

    public TenantQuota quota(int number) {
        return quotas.get(number);
    }

    List<TenantQuota> quotas() {
        return List.copyOf(quotas);
    }

    int[] weights() {
        return quotas.stream().mapToInt(TenantQuota::weight).toArray();
    }
}
