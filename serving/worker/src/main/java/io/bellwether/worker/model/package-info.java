/** What a model is: its {@code model.yaml} as a value, and the repository folder that holds models. */
@NullMarked
package io.bellwether.worker.model;

import org.jspecify.annotations.NullMarked;
