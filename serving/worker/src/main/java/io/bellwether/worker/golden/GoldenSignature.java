package io.bellwether.worker.golden;

import io.bellwether.engine.TensorSpec;
import io.bellwether.engine.TextTokenizer;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.protocol.oip.ModelInferResponse.InferOutputTensor;
import io.bellwether.worker.edge.SignatureCheck;
import io.bellwether.worker.lane.FittedRequest;
import io.bellwether.worker.lane.FittedRequest.Wanted;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Holds the golden requests of a version and their answers against what the version takes and gives, without running it. */
public final class GoldenSignature {
    private static final String BYTES = "BYTES";

    private GoldenSignature() {}

    /**
     * What was found.
     *
     * @param cases how many golden requests there are
     * @param problems what is wrong with them, each with its name
     */
    public record Result(int cases, List<String> problems) {
        public Result {
            problems = List.copyOf(problems);
        }
    }

    /** Looks at every golden request of the version. */
    public static Result check(Loadable files, ProtocolLimits limits) {
        List<String> problems = new ArrayList<>();
        int cases = 0;
        try {
            for (Path request : GoldenCase.requests(files)) {
                cases++;
                Decoded<GoldenCase> read = GoldenCase.read(files, request, limits);
                Optional<String> problem = read instanceof Decoded.Valid<GoldenCase> valid
                        ? problem(files, valid.value())
                        : Optional.of(
                                ((Decoded.Refused<GoldenCase>) read).refusal().message());
                problem.ifPresent(text -> problems.add("golden request " + GoldenCase.name(request) + ": " + text));
            }
        } catch (IOException e) {
            problems.add("its golden requests cannot be read; check that the files are there and permitted");
        }
        return new Result(cases, problems);
    }

    private static Optional<String> problem(Loadable files, GoldenCase one) {
        ModelSpec spec = files.spec();
        Optional<TextTokenizer> tokenizer = spec.kind().texts().map(texts -> new OneToken());
        Decoded<FittedRequest> fitted = new SignatureCheck(files.model(), spec, tokenizer).check(one.request());
        if (fitted instanceof Decoded.Refused<FittedRequest> refused) {
            return Optional.of(refused.refusal().message());
        }
        return answerProblem(
                spec,
                ((Decoded.Valid<FittedRequest>) fitted).value(),
                one.expected().getOutputsList());
    }

    private static Optional<String> answerProblem(
            ModelSpec spec, FittedRequest request, List<InferOutputTensor> expected) {
        if (expected.isEmpty()) {
            return Optional.of("its expected answer has no outputs");
        }
        for (InferOutputTensor output : expected) {
            Optional<Wanted> wanted = request.outputs().stream()
                    .filter(one -> spec.answers().get(one.index()).name().equals(output.getName()))
                    .findFirst();
            if (wanted.isEmpty()) {
                return Optional.of("its expected answer has output '" + output.getName()
                        + "', which the model does not give to it; take the answer from the model");
            }
            TensorSpec given = spec.answers().get(wanted.get().index());
            List<Long> shape = given.shape(request.rows());
            boolean classes = wanted.get().topClasses() > 0;
            String datatype = classes ? BYTES : given.type().name();
            if (!output.getDatatype().equals(datatype) || (!classes && !matches(shape, output.getShapeList()))) {
                return Optional.of("output '" + output.getName() + "' of its expected answer is "
                        + output.getDatatype() + output.getShapeList() + ", and the model gives " + datatype
                        + (classes ? " for a classification" : shape));
            }
        }
        return Optional.empty();
    }

    private static boolean matches(List<Long> declared, List<Long> shape) {
        return declared.size() == shape.size()
                && IntStream.range(0, shape.size())
                        .allMatch(i -> declared.get(i) < 0 || declared.get(i).equals(shape.get(i)));
    }

    /** Texts count here as rows only; how many tokens they have is not looked at. */
    private static final class OneToken implements TextTokenizer {
        @Override
        public long[] tokenize(String text) {
            return new long[] {0};
        }

        @Override
        public void close() {}
    }
}
