package io.bellwether.worker.lane;

import io.bellwether.worker.lane.BatchExecution.Member;
import java.util.List;

/**
 * What a batch of texts computes.
 *
 * @param tokens all of them: rows times the longest text
 * @param padding those that no text has
 */
record Padding(long tokens, long padding) {
    /** Without any for a model whose inputs do not vary in length. */
    static Padding of(List<Member> batch) {
        long rows = 0;
        long longest = 0;
        long wanted = 0;
        for (Member member : batch) {
            FittedRequest fitted = member.call().fitted();
            long given = (long) fitted.rows() * fitted.length();
            rows += fitted.rows();
            longest = Math.max(longest, fitted.length());
            // A request with tensors instead of texts says nothing of the padding within.
            wanted += fitted.tokens() > 0 ? Math.min(fitted.tokens(), given) : given;
        }
        return new Padding(rows * longest, rows * longest - wanted);
    }
}
