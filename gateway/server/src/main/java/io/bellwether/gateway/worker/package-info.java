/** The workers: the link to one of them, which of them serve what, and the choice between them. */
@NullMarked
package io.bellwether.gateway.worker;

import org.jspecify.annotations.NullMarked;
