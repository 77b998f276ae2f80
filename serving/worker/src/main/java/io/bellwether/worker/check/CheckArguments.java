package io.bellwether.worker.check;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * What was asked for.
 *
 * @param place the folder or archive of a model
 * @param version the only version to look at
 * @param json whether the answer is for programs
 * @param load whether to load and run the model
 * @param nativeCache where native libraries are extracted
 */
record CheckArguments(Path place, Optional<String> version, boolean json, boolean load, Optional<Path> nativeCache) {
    static final String USAGE =
            """
            Usage: bellwether model check FOLDER [OPTIONS]

            Says whether a model folder (or archive) can be served, everything that is wrong with it, and what is in effect.
            Golden requests are held against what the model takes and gives.
            FOLDER holds model.yaml, config.pbtxt or serving.properties, or an ONNX graph, and the versions.

              --load              load and run each version, and its golden requests: this executes the model's code, in a
                                  process of its own
              --version N         look at this version only
              --output text|json  how to answer
              --native-cache DIR  where native libraries are extracted

            Exit code: 0 all can be served, 1 something cannot, 2 the command is wrong.
            """;

    /** Reads the arguments; empty when they are not understood. */
    static Optional<CheckArguments> parse(List<String> arguments) {
        Optional<Path> place = Optional.empty();
        Optional<String> version = Optional.empty();
        Optional<Path> nativeCache = Optional.empty();
        boolean json = false;
        boolean load = false;
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String argument = rest.next();
            boolean valued = List.of("--version", "--output", "--native-cache").contains(argument);
            if (valued && !rest.hasNext()) {
                return Optional.empty();
            }
            String value = valued ? rest.next() : "";
            switch (argument) {
                case "--load" -> load = true;
                case "--version" -> version = Optional.of(value);
                case "--native-cache" -> nativeCache = Optional.of(Path.of(value));
                case "--output" -> {
                    if (!value.equals("json") && !value.equals("text")) {
                        return Optional.empty();
                    }
                    json = value.equals("json");
                }
                default -> {
                    if (argument.startsWith("-") || place.isPresent()) {
                        return Optional.empty();
                    }
                    place = Optional.of(Path.of(argument));
                }
            }
        }
        Optional<String> only = version;
        Optional<Path> cache = nativeCache;
        boolean forPrograms = json;
        boolean run = load;
        return place.map(path -> new CheckArguments(path, only, forPrograms, run, cache));
    }
}
