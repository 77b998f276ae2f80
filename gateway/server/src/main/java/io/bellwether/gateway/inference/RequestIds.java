package io.bellwether.gateway.inference;

import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.WireNames;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Ids that follow a request through logs and answers, and make its routing sticky where a rollout names no header. */
public final class RequestIds {
    private static final int CHARACTERS_MAX = 128;

    private RequestIds() {}

    /** The id that the caller gave if it is well formed; a new one if it gave none. */
    public static Decoded<String> of(@Nullable String given) {
        if (given == null || given.isEmpty()) {
            return Decoded.valid(made());
        }
        if (given.length() > CHARACTERS_MAX || !given.chars().allMatch(RequestIds::allowed)) {
            return Refusal.invalid("header " + WireNames.HEADER_REQUEST_ID + " is not valid; expected 1 to "
                            + CHARACTERS_MAX + " characters A-Z a-z 0-9 . _ : -")
                    .<String>as();
        }
        return Decoded.valid(given);
    }

    /** A random id of 128 bits, in 32 hexadecimal digits. It need not be a secret. */
    public static String made() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        StringBuilder id = new StringBuilder(32);
        appendHex(id, random.nextLong());
        appendHex(id, random.nextLong());
        return id.toString();
    }

    private static void appendHex(StringBuilder id, long bits) {
        for (int shift = Long.SIZE - 4; shift >= 0; shift -= 4) {
            id.append(Character.forDigit((int) (bits >>> shift) & 0xf, 16));
        }
    }

    private static boolean allowed(int character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || ".:_-".indexOf(character) >= 0;
    }
}
