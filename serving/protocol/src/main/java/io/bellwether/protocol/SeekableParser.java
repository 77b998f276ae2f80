package io.bellwether.protocol;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.json.UTF8StreamJsonParser;
import com.fasterxml.jackson.core.sym.ByteQuadsCanonicalizer;

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

    /** Makes such parsers. Text in another encoding must be refused before. */
    static final class Factory extends JsonFactory {
        private static final long serialVersionUID = 1L;
        private static final int MARK_BYTES = 3;

        Factory(JsonFactoryBuilder builder) {
            super(builder);
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
