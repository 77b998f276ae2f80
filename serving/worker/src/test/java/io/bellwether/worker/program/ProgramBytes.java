package io.bellwether.worker.program;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The smallest files that pass for programs. */
public final class ProgramBytes {
    private static final int FP32 = 1;

    private ProgramBytes() {}

    /** A TorchScript file with nothing in it to run. */
    public static byte[] torchScript() {
        return zip("model/data.pkl", "model/code/__torch__.py", "model/constants.pkl", "model/version");
    }

    /** A zip with an entry of its name for each name. */
    public static byte[] zip(String... names) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String name : names) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(name.getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** A graph with one input x and one output y of 32-bit floats; -1 is an open dimension. */
    public static byte[] onnx(long[] inputDims, long[] outputDims) {
        return onnx(UnknownFieldSet.newBuilder()
                .addField(11, bytes(tensor("x", FP32, inputDims)))
                .addField(12, bytes(tensor("y", FP32, outputDims)))
                .build());
    }

    /** A model with that graph. */
    public static byte[] onnx(UnknownFieldSet graph) {
        return UnknownFieldSet.newBuilder()
                .addField(1, number(8))
                .addField(
                        2,
                        Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFromUtf8("test"))
                                .build())
                .addField(7, bytes(graph))
                .build()
                .toByteArray();
    }

    /** An input or output of a graph. */
    public static UnknownFieldSet tensor(String name, int type, long... dims) {
        UnknownFieldSet.Builder shape = UnknownFieldSet.newBuilder();
        for (long dim : dims) {
            UnknownFieldSet.Builder one = UnknownFieldSet.newBuilder();
            if (dim >= 0) {
                one.addField(1, number(dim));
            } else {
                one.addField(
                        2,
                        Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFromUtf8("n"))
                                .build());
            }
            shape.mergeField(1, bytes(one.build()));
        }
        UnknownFieldSet tensorType = UnknownFieldSet.newBuilder()
                .addField(1, number(type))
                .addField(2, bytes(shape.build()))
                .build();
        return UnknownFieldSet.newBuilder()
                .addField(
                        1,
                        Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFromUtf8(name))
                                .build())
                .addField(
                        2,
                        bytes(UnknownFieldSet.newBuilder()
                                .addField(1, bytes(tensorType))
                                .build()))
                .build();
    }

    /** A field with those messages. */
    public static Field bytes(UnknownFieldSet... messages) {
        Field.Builder field = Field.newBuilder();
        for (UnknownFieldSet message : messages) {
            field.addLengthDelimited(message.toByteString());
        }
        return field.build();
    }

    public static Field number(long value) {
        return Field.newBuilder().addVarint(value).build();
    }
}
