/** The Kafka Streams topology: the rim that feeds the pure folds and sends what they conclude. Decides nothing. */
@NullMarked
package io.bellwether.monitoring.topology;

import org.jspecify.annotations.NullMarked;
