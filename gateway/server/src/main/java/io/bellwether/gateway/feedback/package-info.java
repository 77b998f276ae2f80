/** What applications learn later about requests, joined to what this gateway answered. Knows no Kafka and no HTTP. */
@NullMarked
package io.bellwether.gateway.feedback;

import org.jspecify.annotations.NullMarked;
