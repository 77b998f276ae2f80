/** Archives, read by rules of our own: what a zip or a tar.gz may hold, and how it becomes a folder. */
@NullMarked
package io.bellwether.worker.archive;

import org.jspecify.annotations.NullMarked;
