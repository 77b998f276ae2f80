package io.bellwether.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;

/** Runs commands as a shell would, in this process and in virtual time. */
final class Shell {

    /** What one command left behind. */
    record Ran(int code, String out, String err) {}

    /** Time that passes only by waiting. */
    static final class VirtualPace implements Pace {
        private long nowNanos = 1;

        @Override
        public long nowNanos() {
            return nowNanos;
        }

        @Override
        public void pause(Duration duration) {
            nowNanos += duration.toNanos();
        }
    }

    private Shell() {}

    static Ran run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Bellwether.commandLine(new PrintWriter(out), new PrintWriter(err), new VirtualPace())
                .execute(args);
        return new Ran(code, out.toString(), err.toString());
    }
}
