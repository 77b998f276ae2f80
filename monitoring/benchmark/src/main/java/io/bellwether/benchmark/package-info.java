/** The benchmark of rollout judges. */
package io.bellwether.benchmark;
