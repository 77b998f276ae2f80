/** Plays many traces to all judges and counts what happened. */
package io.bellwether.benchmark.run;
