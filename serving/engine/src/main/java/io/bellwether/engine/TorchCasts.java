package io.bellwether.engine;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtEngine;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;

/**
 * INT16 and BF16 for TorchScript. DJL's bridge has no words for them: asked for a tensor of such a type it ends the process.
 * So their bytes go in and come out as UINT8, two for each element in a dimension behind the others, and a program of our own
 * takes them for what they are, with one copy each way.
 */
final class TorchCasts implements AutoCloseable {
    /** Numbers of types in libtorch: 0 is uint8, 2 is int16, 15 is bfloat16. */
    private static final String METHODS =
            """
              def forward(self: __torch__.Casts, x: Tensor) -> Tensor:
                return x
              def to_INT16(self: __torch__.Casts, bytes: Tensor) -> Tensor:
                return torch.squeeze(torch.view_copy(bytes, dtype=2), -1)
              def to_BF16(self: __torch__.Casts, bytes: Tensor) -> Tensor:
                return torch.squeeze(torch.view_copy(bytes, dtype=15), -1)
              def of_INT16(self: __torch__.Casts, x: Tensor) -> Tensor:
                if torch.ne(ops.prim.dtype(x), 2):
                  ops.prim.RaiseException("not INT16", "builtins.TypeError")
                else:
                  pass
                return torch.view_copy(torch.unsqueeze(torch.contiguous(x), -1), dtype=0)
              def of_BF16(self: __torch__.Casts, x: Tensor) -> Tensor:
                if torch.ne(ops.prim.dtype(x), 15):
                  ops.prim.RaiseException("not BF16", "builtins.TypeError")
                else:
                  pass
                return torch.view_copy(torch.unsqueeze(torch.contiguous(x), -1), dtype=0)
            """;

    private final Model model;
    private final PtSymbolBlock block;

    private TorchCasts(Model model, PtSymbolBlock block) {
        this.model = model;
        this.block = block;
    }

    static TorchCasts load(Device device) throws EngineFault {
        Model model = Model.newInstance("casts", device, PtEngine.ENGINE_NAME);
        try {
            model.load(new ByteArrayInputStream(ScriptArchive.of("Casts", METHODS)), Map.of("mapLocation", "true"));
            return new TorchCasts(model, (PtSymbolBlock) model.getBlock());
        } catch (IOException | MalformedModelException | EngineException e) {
            model.close();
            throw EngineFaults.of(
                    EngineFault.Kind.ENGINE_UNAVAILABLE,
                    "the PyTorch engine cannot read the program that it needs for INT16 and BF16",
                    e);
        }
    }

    /** Whether the type travels as bytes. */
    static boolean needs(ElementType type) {
        return type == ElementType.INT16 || type == ElementType.BF16;
    }

    /** Whether some tensor of the model does. */
    static boolean needs(ModelSource source) {
        return Stream.concat(source.inputs().stream(), source.outputs().stream())
                .anyMatch(spec -> needs(spec.type()));
    }

    /** The bytes as a tensor of that type. */
    IValue fromBytes(ElementType type, IValue bytes) {
        return IValueUtils.runMethod(block, "to_" + type, bytes);
    }

    /**
     * The tensor as bytes.
     *
     * @throws EngineException when it is not of that type
     */
    IValue toBytes(ElementType type, IValue tensor) {
        return IValueUtils.runMethod(block, "of_" + type, tensor);
    }

    @Override
    public void close() {
        block.close();
        model.close();
    }
}
