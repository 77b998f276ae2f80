package io.bellwether.worker.archive;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/**
 * Files named tar.gz. The first byte of an input says what the rest is: the file itself, a tar to be packed, or a tar whose
 * headers get the checksum that fits them before it is packed; without that hardly any would be read beyond its first header.
 */
class TarGzipFuzzTest {
    private static final int KINDS = 3;
    private static final int AS_IT_IS = 0;
    private static final int MENDED = 2;

    @FuzzTest(maxDuration = "1m")
    void unpack(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        int kind = Math.floorMod(input[0], KINDS);
        if (kind == MENDED) {
            TarBytes.mendChecksums(rest);
        }
        UnpackProperties.check("m.tar.gz", kind == AS_IT_IS ? rest : TarBytes.gzip(rest));
    }
}
