package io.bellwether.deploy.e2e;

import io.bellwether.protocol.oip.ModelInferRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** A model that hangs at what is above 100, so that its worker gives itself up; to anything else it answers at once. */
final class EndlessModel {
    static final String NAME = "endless";

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path PROGRAM = ROOT.resolve("serving/engine/src/test/resources/programs/picky.pt");

    /** Returns its input, but counts upwards without end from what is above 100. */
    private static final String ENDLESS =
            """
            class Picky(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              _is_full_backward_hook : Optional[bool]
              def forward(self: __torch__.Picky,
                x: Tensor) -> Tensor:
                _0 = x
                _1 = bool(torch.any(torch.gt(x, 100.)))
                while _1:
                  _0 = torch.add(_0, 1.)
                  _1 = bool(torch.any(torch.gt(_0, 100.)))
                return _0
            """;

    private EndlessModel() {}

    /** Writes version 1 into a repository. */
    static void write(Path models) throws IOException {
        var version = Files.createDirectories(models.resolve(NAME + "/1"));
        writeProgram(version.resolve("model.pt"));
        Files.writeString(
                models.resolve(NAME + "/model.yaml"),
                """
                inputs: [{name: x, datatype: FP32, shape: [2]}]
                outputs: [{name: y, datatype: FP32, shape: [2]}]
                """);
    }

    /** A request at which it hangs. */
    static ModelInferRequest hanging() {
        return request(101);
    }

    /** A request that it answers. */
    static ModelInferRequest harmless() {
        return request(1);
    }

    private static ModelInferRequest request(float value) {
        var bytes = ByteBuffer.allocate(2 * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(value)
                .putFloat(0);
        return GrpcClient.request(NAME, "", "x", "FP32", 2, bytes.array());
    }

    private static void writeProgram(Path file) throws IOException {
        try (var from = new ZipFile(PROGRAM.toFile());
                var to = new ZipOutputStream(Files.newOutputStream(file))) {
            for (var entry : from.stream().toList()) {
                var bytes = entry.getName().endsWith(".py")
                        ? ENDLESS.getBytes(StandardCharsets.UTF_8)
                        : from.getInputStream(entry).readAllBytes();
                var sum = new CRC32();
                sum.update(bytes);
                var stored = new ZipEntry(entry.getName());
                stored.setMethod(ZipEntry.STORED);
                stored.setSize(bytes.length);
                stored.setCrc(sum.getValue());
                to.putNextEntry(stored);
                to.write(bytes);
                to.closeEntry();
            }
        }
    }
}
