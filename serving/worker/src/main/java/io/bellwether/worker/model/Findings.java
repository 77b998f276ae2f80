package io.bellwether.worker.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What reading a foreign description brought up: problems, which refuse the model, and notes, which do not. */
final class Findings {
    private final List<SpecProblem> problems = new ArrayList<>();
    private final List<SpecProblem> notes = new ArrayList<>();

    void problem(int line, String path, String found, String fix) {
        problems.add(new SpecProblem(line, path, found, fix));
    }

    void add(SpecProblem problem) {
        problems.add(problem);
    }

    void note(int line, String path, String found, String fix) {
        notes.add(new SpecProblem(line, path, found, fix));
    }

    List<SpecProblem> problems() {
        return problems;
    }

    /** In the order of their lines. */
    List<SpecProblem> notes() {
        notes.sort(Comparator.comparingInt(SpecProblem::line));
        return notes;
    }
}
