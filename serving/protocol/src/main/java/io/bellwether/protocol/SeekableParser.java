package io.bellwether.protocol;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.json.UTF8StreamJsonParser;
import com.fasterxml.jackson.core.sym.ByteQuadsCanonicalizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A parser of UTF-8 in an array that can be told to go on elsewhere, so that the values of an array may be read by other
 * means.
 */
final class SeekableParser extends UTF8StreamJsonParser {
    private SeekableParser(
            IOContext context,
            int features,
            ByteQuadsCanonicalizer names,
            byte[] text,
            int from,
            int end,
            int skipped) {
        super(context, features, null, null, names, text, from, end, skipped, false);
    }

    /** Index in the array of the next byte to be read. */
    int position() {
        return _inputPtr;
    }

    /** One past the index of the last byte of the text. */
    int end() {
        return _inputEnd;
    }

    /**
     * Goes on at this index.
     *
     * @param linesPassed ends of lines between here and there; with them, messages name the right line
     * @param lineStart index behind the last of them; of no account when there is none
     */
    void moveTo(int index, int linesPassed, int lineStart) {
        if (linesPassed > 0) {
            _currInputRow += linesPassed;
            _currInputRowStart = lineStart;
        }
        _inputPtr = index;
    }

    /**
     * Names that this text was the first to have end with it. Handed on to the factory, they would be kept there, up to
     * thousands, and copied by each parser that meets another new one.
     */
    @Override
    protected void _releaseBuffers() throws IOException {
        if (_symbols.maybeDirty()) {
            _textBuffer.releaseBuffers();
        } else {
            super._releaseBuffers();
        }
    }

    /** Makes such parsers. Text in another encoding must be refused before. */
    static final class Factory extends JsonFactory {
        private static final long serialVersionUID = 1L;
        private static final int MARK_BYTES = 3;

        /**
         * @param known JSON with the names that its parsers need not make anew for each text
         */
        Factory(JsonFactoryBuilder builder, String known) {
            super(builder);
            byte[] text = known.getBytes(StandardCharsets.UTF_8);
            IOContext context = _createContext(_createContentReference(text), true);
            try (JsonParser parser = super._createParser(text, 0, text.length, context)) {
                while (parser.nextToken() != null) {
                    // An ordinary parser hands on what it has met.
                }
            } catch (IOException e) {
                throw new IllegalArgumentException("the known names are no JSON", e);
            }
        }

        @Override
        protected JsonParser _createParser(byte[] data, int offset, int length, IOContext context) {
            context.setEncoding(JsonEncoding.UTF8);
            int skipped = beginsWithMark(data, offset, length) ? MARK_BYTES : 0;
            return new SeekableParser(
                    context,
                    _parserFeatures,
                    _byteSymbolCanonicalizer.makeChildOrPlaceholder(_factoryFeatures),
                    data,
                    offset + skipped,
                    offset + length,
                    skipped);
        }

        /** Some clients put a byte order mark before UTF-8, where it marks nothing. */
        private static boolean beginsWithMark(byte[] data, int offset, int length) {
            return length >= MARK_BYTES
                    && data[offset] == (byte) 0xEF
                    && data[offset + 1] == (byte) 0xBB
                    && data[offset + 2] == (byte) 0xBF;
        }
    }
}
