/** Results as a table, as JSON and as plots. */
package io.bellwether.benchmark.report;
