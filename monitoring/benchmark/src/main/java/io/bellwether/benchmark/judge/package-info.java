/** Judges of the same traces: rules of other systems as their documentation and behaviour say, and our own evaluation. */
package io.bellwether.benchmark.judge;
