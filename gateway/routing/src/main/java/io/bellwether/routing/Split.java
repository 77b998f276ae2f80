package io.bellwether.routing;

/**
 * Sticky weighted split of a rollout's traffic, the same in every gateway without talk between them.
 *
 * <p>Definition: {@code bucket = unsigned(mix(fnv1a64(utf8(rolloutId) 0x00 utf8(key)))) mod 10000}, where
 * {@code fnv1a64} is FNV-1a with 64 bits (Fowler, Noll, Vo) and {@code mix} is the 64-bit finaliser of MurmurHash3
 * (Appleby). FNV-1a alone leaves the low bits of similar keys related; the finaliser spreads every input bit over every
 * output bit. The 0x00 separates id and key, so that ("a", "bc") and ("ab", "c") differ.
 *
 * <p>With candidate weight w and m = min(w, 10000 - w): buckets below m are CANDIDATE, below w CANDIDATE_REST, from
 * 10000 - m on CONTROL, the others STABLE_REST. A growing weight only adds keys to the candidate, and both compared arms
 * always have the same share.
 *
 * <p>Cost: one pass over the key, no allocation. {@link #client} names a key by 64 bits that have nothing to do with its bucket.
 */
final class Split {

    static final int BASIS_POINTS = 10_000;

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    /** The golden ratio in 64 bits; it makes the name of a key another number than the one that its bucket comes from. */
    private static final long CLIENT_SALT = 0x9e3779b97f4a7c15L;

    private Split() {}

    /** State of the hash after the rollout id and the separator; computed once per rollout. */
    static long seed(String rolloutId) {
        return fnvByte(fnv(FNV_OFFSET, rolloutId), 0);
    }

    /** Bucket of a key, 0 to 9999. */
    static int bucket(long seed, String key) {
        return (int) Long.remainderUnsigned(mix(fnv(seed, key)), BASIS_POINTS);
    }

    /** A name of a key within a rollout: {@code mix(state ^ 0x9e3779b97f4a7c15)} of the state whose {@code mix} gives the bucket. */
    static long client(long seed, String key) {
        return mix(fnv(seed, key) ^ CLIENT_SALT);
    }

    /** Arm of a bucket at a candidate weight of 0 to 10000 basis points. */
    static Arm arm(int weightBasisPoints, int bucket) {
        int matched = Math.min(weightBasisPoints, BASIS_POINTS - weightBasisPoints);
        if (bucket < matched) {
            return Arm.CANDIDATE;
        }
        if (bucket < weightBasisPoints) {
            return Arm.CANDIDATE_REST;
        }
        return bucket >= BASIS_POINTS - matched ? Arm.CONTROL : Arm.STABLE_REST;
    }

    /** FNV-1a over the UTF-8 bytes of a text, an unpaired surrogate counting as '?' as in {@code String.getBytes}. */
    static long fnv(long hash, String text) {
        long state = hash;
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char unit = text.charAt(i);
            if (unit < 0x80) {
                state = fnvByte(state, unit);
            } else if (Character.isHighSurrogate(unit)
                    && i + 1 < length
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                state = fnvCodePoint(state, Character.toCodePoint(unit, text.charAt(i + 1)));
                i++;
            } else {
                state = fnvCodePoint(state, Character.isSurrogate(unit) ? '?' : unit);
            }
        }
        return state;
    }

    private static long fnvCodePoint(long hash, int point) {
        if (point < 0x80) {
            return fnvByte(hash, point);
        }
        long state;
        if (point < 0x800) {
            state = fnvByte(hash, 0xc0 | (point >>> 6));
        } else {
            if (point < 0x10000) {
                state = fnvByte(hash, 0xe0 | (point >>> 12));
            } else {
                state = fnvByte(hash, 0xf0 | (point >>> 18));
                state = fnvByte(state, 0x80 | ((point >>> 12) & 0x3f));
            }
            state = fnvByte(state, 0x80 | ((point >>> 6) & 0x3f));
        }
        return fnvByte(state, 0x80 | (point & 0x3f));
    }

    private static long fnvByte(long hash, int unsignedByte) {
        return (hash ^ unsignedByte) * FNV_PRIME;
    }

    /** The 64-bit finaliser of MurmurHash3: a bijection. */
    static long mix(long hash) {
        long z = hash;
        z = (z ^ (z >>> 33)) * 0xff51afd7ed558ccdL;
        z = (z ^ (z >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return z ^ (z >>> 33);
    }
}
