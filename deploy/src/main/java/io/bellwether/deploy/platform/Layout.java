package io.bellwether.deploy.platform;

import java.nio.file.Path;

/**
 * Where things are.
 *
 * @param root the checkout, with the built applications
 * @param home the folder that holds all state of the platform
 */
public record Layout(Path root, Path home) {
    /** Folder of the log files. */
    public Path logs() {
        return home.resolve("logs");
    }

    /** Log of a process, of the launcher too. */
    public Path log(String process) {
        return logs().resolve(process + ".log");
    }

    /** Folder of what describes the running platform. */
    Path run() {
        return home.resolve("run");
    }

    /** Who runs as that process. */
    public Path identity(String process) {
        return run().resolve(process + ".pid");
    }

    /** The settings of the platform that was started last. */
    public Path settings() {
        return run().resolve("settings.json");
    }

    /** Written by who asks the launcher to stop, so that it can say why it does. */
    public Path stopAsked() {
        return run().resolve("stop.asked");
    }

    /** Written by the launcher, with its process id, when everything is ready. */
    public Path launcherReady() {
        return run().resolve("launcher.ready");
    }

    /** Folder of the class-data archives. */
    Path classArchives() {
        return home.resolve("classes");
    }

    /** State that a process keeps over restarts. */
    public Path state(Role role) {
        return home.resolve(role.label());
    }

    /** The sample model repository. */
    public Path sampleModels() {
        return root.resolve("deploy/samples/models");
    }

    /** Images that no sample model was trained on. */
    public Path heldOutDigits() {
        return root.resolve("deploy/samples/data/digits-heldout.csv");
    }

    /** The archive with which an application starts. */
    public Path archive(Role role) {
        return root.resolve(
                switch (role) {
                    case KAFKA -> "deploy/target/deploy.jar";
                    case WORKER -> "serving/worker/target/quarkus-app/quarkus-run.jar";
                    case GATEWAY -> "gateway/server/target/quarkus-app/quarkus-run.jar";
                    case MONITORING -> "monitoring/server/target/quarkus-app/quarkus-run.jar";
                });
    }

    /** What ends a process when its launcher is gone. */
    public Path lifeline() {
        return root.resolve("deploy/target/deploy-lifeline.jar");
    }

    /** The load driver. */
    public Path loadDriver() {
        return root.resolve("load-tests/target/load-tests.jar");
    }
}
