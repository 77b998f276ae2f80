/** Microbenchmarks (JMH) of what every request passes through. Run them with {@code org.openjdk.jmh.Main}. */
@NullMarked
package io.bellwether.loadtests.benchmarks;

import org.jspecify.annotations.NullMarked;
