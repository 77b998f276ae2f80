package io.bellwether.engine;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A {@code tokenizer.json} as the Hugging Face tokenizers write it, read through DJL. Offline: only the file is read. */
final class HuggingFaceTextTokenizer implements TextTokenizer {
    private final HuggingFaceTokenizer tokenizer;

    private HuggingFaceTextTokenizer(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /**
     * @param tokensMax longest result; the rest of a longer text is cut off
     * @throws EngineFault {@link EngineFault.Kind#LOAD_REFUSED} when the file is missing or is no tokenizer
     */
    static TextTokenizer open(Path file, int tokensMax) throws EngineFault {
        if (!Files.isRegularFile(file)) {
            throw EngineFault.of(
                    EngineFault.Kind.LOAD_REFUSED, "the tokenizer file '" + file.getFileName() + "' is missing");
        }
        Offline.set();
        try {
            // What the file itself says about padding would fill every text up to one length.
            return new HuggingFaceTextTokenizer(HuggingFaceTokenizer.builder()
                    .optTokenizerPath(file)
                    .optAddSpecialTokens(true)
                    .optPadding(false)
                    .optTruncation(true)
                    .optMaxLength(tokensMax)
                    .build());
        } catch (IOException | RuntimeException e) {
            throw EngineFaults.of(
                    EngineFault.Kind.LOAD_REFUSED,
                    "the tokenizer file '" + file.getFileName()
                            + "' cannot be read; give a tokenizer.json as the tokenizers library saves it",
                    e);
        }
    }

    @Override
    public long[] tokenize(String text) {
        return tokenizer.encode(text).getIds();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
