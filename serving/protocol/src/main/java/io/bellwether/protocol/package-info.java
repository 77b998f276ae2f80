/**
 * The Open Inference Protocol as plain values: datatypes, limits, checks and the codecs between REST JSON, typed gRPC
 * contents and raw little-endian bytes. No framework, no thread, no clock. The generated messages are in {@code oip}.
 */
@NullMarked
package io.bellwether.protocol;

import org.jspecify.annotations.NullMarked;
