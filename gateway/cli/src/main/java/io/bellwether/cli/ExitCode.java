package io.bellwether.cli;

/** What the process tells the shell. */
final class ExitCode {

    /** Done as asked. */
    static final int DONE = 0;

    /** Refused by the gateway, or the gateway was not reached; for a watch: the candidate was not promoted. */
    static final int FAILED = 1;

    /** The command line or the rollout file is wrong; nothing was sent. */
    static final int USAGE = 2;

    private ExitCode() {}
}
