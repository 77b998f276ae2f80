/**
 * Many processes of each kind under load and faults, and what must hold all the same. Run by {@code -Pchaos} only, but for
 * the tests of the tools themselves.
 */
package io.bellwether.deploy.chaos;
