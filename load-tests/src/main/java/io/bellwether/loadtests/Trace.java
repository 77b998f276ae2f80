package io.bellwether.loadtests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Recorded arrivals. CSV with the header {@code at_millis,deadline_millis,priority,items}: moments from the start, not
 * decreasing, with decimals if need be; deadline from arrival, 0 for the model's own; priority, 0 for none; rows of the
 * request.
 */
record Trace(List<Arrival> arrivals) {
    static final String HEADER = "at_millis,deadline_millis,priority,items";
    private static final int ARRIVALS_MAX = 10_000_000;
    private static final int COLUMNS = 4;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** One request: when, and what it asks for. The row of the samples is chosen by the driver. */
    record Arrival(double atMillis, long deadlineMillis, int priority, int items) {}

    Trace {
        arrivals = List.copyOf(arrivals);
    }

    /** @throws LoadProblem when the file cannot be read, with its line and what is expected there */
    static Trace read(Path file) throws LoadProblem {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new LoadProblem("cannot read the trace " + file + "; give one with --trace", e);
        }
        if (lines.size() < 2
                || lines.size() > ARRIVALS_MAX
                || !lines.get(0).strip().equals(HEADER)) {
            throw new LoadProblem(file + " must begin with the line " + HEADER + " and go on with 1 to " + ARRIVALS_MAX
                    + " arrivals");
        }
        List<Arrival> arrivals = new ArrayList<>();
        double before = 0;
        for (int i = 1; i < lines.size(); i++) {
            Arrival arrival = arrival(file + " line " + (i + 1), lines.get(i));
            if (arrival.atMillis() < before) {
                throw new LoadProblem(
                        file + " line " + (i + 1) + " is earlier than the line before; sort by at_millis");
            }
            before = arrival.atMillis();
            arrivals.add(arrival);
        }
        return new Trace(arrivals);
    }

    private static Arrival arrival(String where, String line) throws LoadProblem {
        String[] fields = line.split(",", -1);
        try {
            if (fields.length == COLUMNS) {
                Arrival arrival = new Arrival(
                        Double.parseDouble(fields[0].strip()),
                        Long.parseLong(fields[1].strip()),
                        Integer.parseInt(fields[2].strip()),
                        Integer.parseInt(fields[3].strip()));
                if (arrival.atMillis() >= 0
                        && arrival.atMillis() < Double.POSITIVE_INFINITY
                        && arrival.deadlineMillis() >= 0
                        && arrival.priority() >= 0
                        && arrival.items() >= 1) {
                    return arrival;
                }
            }
        } catch (NumberFormatException e) {
            throw new LoadProblem(where + " must be " + HEADER + ", all numbers", e);
        }
        throw new LoadProblem(where + " must be " + HEADER + ": not negative, items at least 1");
    }

    /** Whole seconds that it takes, at least 1. */
    long seconds() {
        return (long) (arrivals.get(arrivals.size() - 1).atMillis() * NANOS_PER_MILLI) / NANOS_PER_SECOND + 1;
    }

    /** Requests per second. */
    double rate() {
        return arrivals.size() / (double) seconds();
    }

    /** The requests in order, with rows chosen by the seed. */
    Iterator<LoadDriver.Due> dues(Rows rows, long seed) {
        Iterator<Arrival> left = arrivals.iterator();
        return new Iterator<>() {
            private long number;

            @Override
            public boolean hasNext() {
                return left.hasNext();
            }

            @Override
            public LoadDriver.Due next() {
                Arrival arrival = left.next();
                int row = LoadDriver.row(rows, seed, number++);
                return new LoadDriver.Due(
                        (long) (arrival.atMillis() * NANOS_PER_MILLI),
                        new Ask(row, arrival.deadlineMillis(), arrival.priority(), arrival.items()));
            }
        };
    }
}
