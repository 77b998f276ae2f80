package io.bellwether.gateway.hostile;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds in an answer what no client may learn: paths, classes, hosts, addresses of objects. */
public final class Leaks {
    private static final List<Pattern> PATTERNS = List.of(
            Pattern.compile("\\bat [\\w.$/]+\\("),
            Pattern.compile("\\w+\\.java\\b"),
            Pattern.compile("\\b(?:java|javax|jakarta|io|com|org|net|sun|jdk|ai|dev)\\.[a-z]\\w*(?:\\.|\\b)"),
            Pattern.compile("\\b[A-Z]\\w*(?:Exception|Error|Throwable)\\b"),
            Pattern.compile(
                    "(?<![\\w.])/(?:etc|usr|var|home|root|tmp|opt|proc|sys|dev|mnt|srv|app|work|data|deployments)\\b"),
            Pattern.compile("\\.\\.[/\\\\]"),
            Pattern.compile("\\b[A-Za-z]:\\\\"),
            Pattern.compile("\\b(?:file|jar|classpath|jndi|ldap):"),
            Pattern.compile("\\.(?:class|jar|so|py|pt|onnx|yaml|yml|properties|proto)\\b"),
            Pattern.compile("\\b\\d{1,3}(?:\\.\\d{1,3}){3}\\b"),
            Pattern.compile("\\blocalhost\\b|\\bworker-\\d"),
            Pattern.compile("\\b0x[0-9a-fA-F]{4,}|@[0-9a-f]{5,8}\\b|\\[[BCDFIJSZ]@|\\[L\\w"));

    private static final List<String> OF_THIS_MACHINE = ofThisMachine();

    private Leaks() {}

    /**
     * @param text an answer
     * @param sent what the client itself sent in it; it may come back, whole or cut short
     * @return what was found; empty if nothing
     */
    public static List<String> in(String text, List<String> sent) {
        String rest = text;
        for (String one : sent) {
            for (int length : new int[] {one.length(), 256, 128, 64, 32}) {
                if (length > 0 && length <= one.length()) {
                    rest = rest.replace(one.substring(0, length), " ");
                }
            }
        }
        List<String> found = new ArrayList<>();
        for (Pattern pattern : PATTERNS) {
            Matcher matcher = pattern.matcher(rest);
            if (matcher.find()) {
                found.add(matcher.group());
            }
        }
        for (String word : OF_THIS_MACHINE) {
            if (rest.contains(word)) {
                found.add(word);
            }
        }
        return found;
    }

    private static List<String> ofThisMachine() {
        List<String> words = new ArrayList<>();
        words.add(System.getProperty("user.dir"));
        words.add(System.getProperty("java.home"));
        try {
            words.add(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            words.add("localhost");
        }
        words.removeIf(word -> word.length() < 4);
        return words;
    }
}
