/**
 * Judges recorded telemetry once more, with the folds and judges that judged it when it was new. Pure: no Kafka, no file, no
 * clock; time comes out of what was recorded.
 */
@NullMarked
package io.bellwether.monitoring.replay;

import org.jspecify.annotations.NullMarked;
