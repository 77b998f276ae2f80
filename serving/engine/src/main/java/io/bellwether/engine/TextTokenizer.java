package io.bellwether.engine;

/** Turns text into the token ids that a program was trained on. Safe for use by several threads. */
public interface TextTokenizer extends AutoCloseable {
    /** Token ids of one text, special tokens included, cut off at the limit that the tokenizer was opened with. */
    long[] tokenize(String text);

    /** May be called again. */
    @Override
    void close();
}
