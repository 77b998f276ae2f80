package io.bellwether.deploy;

import io.bellwether.deploy.platform.Child;
import io.bellwether.deploy.platform.KeptFiles;
import io.bellwether.deploy.platform.Layout;
import io.bellwether.deploy.platform.LogTail;
import io.bellwether.deploy.platform.Readiness;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts a launcher of its own session in the background and returns when that one says that all is ready. */
final class Detached {
    private static final long POLL_MILLIS = 100;

    private Detached() {}

    /** Returns 0 when the platform is ready, else the exit status of the launcher, whose words are printed. */
    static int start(Layout layout, List<String> arguments) throws IOException, InterruptedException {
        Files.createDirectories(layout.logs());
        var log = layout.log("launcher");
        KeptFiles.makeRoom(log);
        var launcher = new ProcessBuilder(Child.inSessionOfItsOwn(command(layout, arguments)))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(new File("/dev/null"))
                .start();
        var ready = new Readiness.NamedInFile(layout.launcherReady());
        var words = new LogTail(log, 0);
        while (!launcher.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            System.out.print(words.added());
            if (ready.isReady(launcher.pid())) {
                System.out.print(words.added());
                return 0;
            }
        }
        System.out.print(words.added());
        return launcher.exitValue();
    }

    private static List<String> command(Layout layout, List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.add("-D" + Main.ROOT + "=" + layout.root());
        command.add("-D" + Main.HOME + "=" + layout.home());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        for (var argument : arguments) {
            if (!argument.equals("--detach") && !argument.startsWith("--detach=")) {
                command.add(argument);
            }
        }
        command.add(UpCommand.BACKGROUND);
        return command;
    }
}
