package io.bellwether.loadtests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a program of this machine says.
 *
 * @param text standard output and standard error
 * @param ended whether it ended well, and in time
 */
record CommandOutput(String text, boolean ended) {
    /**
     * Runs a program that reads nothing to its end.
     *
     * @param secondsMax how long it may take to end once it has said all
     * @throws IOException when it cannot be run
     */
    static CommandOutput of(List<String> command, long secondsMax) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new CommandOutput(text, process.waitFor(secondsMax, TimeUnit.SECONDS) && process.exitValue() == 0);
    }
}
