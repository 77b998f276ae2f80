package io.bellwether.monitoring.recorded;

/** Stands in for monitoring's command line, where only the script is tested: says with what arguments, one a line. */
public final class RecordedMain {
    private RecordedMain() {}

    public static void main(String[] arguments) {
        System.out.println(String.join("\n", arguments));
        System.out.println("BELLWETHER_KAFKA=" + System.getenv("BELLWETHER_KAFKA"));
    }
}
