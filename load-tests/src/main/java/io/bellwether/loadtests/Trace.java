package io.bellwether.loadtests;

import io.bellwether.batching.Priorities;
import io.bellwether.batching.RecentArrivals;
import io.bellwether.batching.simulation.Request;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Recorded arrivals. CSV with the header {@code at_millis,deadline_millis,priority,items}: moments from the start, not
 * decreasing, with decimals if need be; deadline from arrival, 0 for the model's own; priority, 0 for none; rows of the
 * request.
 */
record Trace(List<Arrival> arrivals) {
    static final String HEADER = "at_millis,deadline_millis,priority,items";
    private static final int ARRIVALS_MAX = 10_000_000;
    private static final long BYTES_MAX = 1L << 30;
    private static final int COLUMNS = 4;
    /** A year. */
    private static final double AT_MILLIS_MAX = 365.0 * 24 * 3600 * 1000;
    /** An hour, as no objective is longer. */
    private static final long DEADLINE_MILLIS_MAX = 3_600_000;

    private static final double NANOS_PER_MILLI = 1e6;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** One request: when, and what it asks for. The row of the samples is chosen by the driver. */
    record Arrival(double atMillis, long deadlineMillis, int priority, int items) {}

    Trace {
        arrivals = List.copyOf(arrivals);
    }

    /** @throws LoadProblem when the file cannot be read, with its line, what is wrong there and what is expected */
    static Trace read(Path file) throws LoadProblem {
        List<Arrival> arrivals = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            if (Files.size(file) > BYTES_MAX) {
                throw new LoadProblem(file + " has more than " + BYTES_MAX + " bytes; split it");
            }
            String header = lines.readLine();
            if (header == null || !header.strip().equals(HEADER)) {
                throw new LoadProblem(file + " line 1 is not the header; write " + HEADER);
            }
            double before = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String where = file + " line " + (arrivals.size() + 2);
                if (arrivals.size() == ARRIVALS_MAX) {
                    throw new LoadProblem(where + " is one too many; a trace has at most " + ARRIVALS_MAX
                            + " arrivals; split the file");
                }
                Arrival arrival = arrival(where, line);
                if (arrival.atMillis() < before) {
                    throw new LoadProblem(where + " is earlier than the line before; sort by at_millis");
                }
                before = arrival.atMillis();
                arrivals.add(arrival);
            }
        } catch (IOException e) {
            throw new LoadProblem("cannot read the trace " + file + " as UTF-8; give a CSV file with --trace", e);
        }
        if (arrivals.isEmpty()) {
            throw new LoadProblem(file + " has no arrivals; add lines after the header");
        }
        return new Trace(arrivals);
    }

    private static Arrival arrival(String where, String line) throws LoadProblem {
        String[] fields = line.split(",", -1);
        if (fields.length != COLUMNS) {
            throw new LoadProblem(where + " has " + fields.length + " fields; write " + COLUMNS + ": " + HEADER);
        }
        return new Arrival(
                millis(where, fields[0]),
                whole(where, "deadline_millis", fields[1], 0, DEADLINE_MILLIS_MAX),
                (int) whole(where, "priority", fields[2], 0, Integer.MAX_VALUE),
                (int) whole(where, "items", fields[3], 1, Integer.MAX_VALUE));
    }

    private static double millis(String where, String field) throws LoadProblem {
        double millis;
        try {
            millis = Double.parseDouble(field.strip());
        } catch (NumberFormatException e) {
            millis = Double.NaN;
        }
        if (millis >= 0 && millis <= AT_MILLIS_MAX) {
            return millis;
        }
        throw new LoadProblem(
                where + ": at_millis is '" + field.strip() + "'; write a number from 0 to " + (long) AT_MILLIS_MAX);
    }

    private static long whole(String where, String name, String field, long least, long most) throws LoadProblem {
        try {
            long value = Long.parseLong(field.strip());
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below like a number that is out of range.
        }
        throw new LoadProblem(where + ": " + name + " is '" + field.strip() + "'; write a whole number from " + least
                + " to " + most);
    }

    /**
     * The same requests for a simulation.
     *
     * @param priorities what the priorities of the trace are worth
     * @param objectiveNanos budget of those that leave it to the model
     */
    List<Request> requests(Priorities priorities, long objectiveNanos) {
        return arrivals.stream()
                .map(arrival -> Request.of(new RecentArrivals.Arrival(
                        Math.round(arrival.atMillis() * NANOS_PER_MILLI),
                        arrival.deadlineMillis() == 0
                                ? objectiveNanos
                                : TimeUnit.MILLISECONDS.toNanos(arrival.deadlineMillis()),
                        arrival.items(),
                        1,
                        priorities.weight(arrival.priority()))))
                .toList();
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
