/** The embeddings part of the OpenAI API, over any model that turns text into vectors. */
@NullMarked
package io.bellwether.gateway.openai;

import org.jspecify.annotations.NullMarked;
