package io.bellwether.routing;

import io.bellwether.controlapi.log.Guardrails;
import io.bellwether.controlapi.log.Slice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The slices that a rollout declares: parts of its traffic that are guarded by themselves, told apart by the tenant or by
 * request headers. Only declared values count, so no client can make a slice up. A slice is known by its place among all
 * declared values, in the order of the declaration; a set of slices is a number with one bit each.
 *
 * <p>Immutable. Asking costs one look into a map for each property and allocates nothing.
 */
public final class Slices {
    /** The property that is no header: the tenant by which a request was admitted. */
    public static final String TENANT = "tenant";

    /** Properties by which requests are told apart. */
    static final int PROPERTIES_MAX = 4;

    /** Declared values of all properties together. */
    static final int VALUES_MAX = 16;

    /** There are none. */
    public static final Slices NONE = new Slices(List.of(), List.of());

    private final List<Property> properties;
    private final List<String> names;

    /**
     * One property.
     *
     * @param by tenant or header
     * @param bits of each declared value
     */
    private record Property(String by, Map<String, Integer> bits) {}

    private Slices(List<Property> properties, List<String> names) {
        this.properties = List.copyOf(properties);
        this.names = List.copyOf(names);
    }

    /** Those that the guardrails of a rollout declare; they have passed the rules of its creation. */
    public static Slices of(Guardrails guardrails) {
        List<Property> properties = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Slice slice : guardrails.getSlicesList()) {
            Map<String, Integer> bits = new HashMap<>();
            for (String value : slice.getValuesList()) {
                bits.put(value, 1 << names.size());
                names.add(slice.getBy() + "=" + value);
            }
            properties.add(new Property(slice.getBy(), Map.copyOf(bits)));
        }
        return properties.isEmpty() ? NONE : new Slices(properties, names);
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return properties.isEmpty();
    }

    /** Names by place, for people: property and value, as in {@code tenant=acme}. */
    public List<String> names() {
        return names;
    }

    /**
     * The slices of one request, one bit each; 0 for none.
     *
     * @param valueOf value of the request for a property by name; the empty text where it has none
     */
    public int of(UnaryOperator<String> valueOf) {
        int bits = 0;
        for (int i = 0; i < properties.size(); i++) {
            Property property = properties.get(i);
            bits |= property.bits().getOrDefault(valueOf.apply(property.by()), 0);
        }
        return bits;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Slices that && that.properties.equals(properties);
    }

    @Override
    public int hashCode() {
        return properties.hashCode();
    }

    @Override
    public String toString() {
        return names.toString();
    }
}
