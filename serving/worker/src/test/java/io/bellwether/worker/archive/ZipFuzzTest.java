package io.bellwether.worker.archive;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Zip files. */
class ZipFuzzTest {

    @FuzzTest(maxDuration = "1m")
    void unpack(byte[] zip) {
        UnpackProperties.check("m.zip", zip);
    }
}
