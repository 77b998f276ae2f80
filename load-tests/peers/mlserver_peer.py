"""MLServer: a runtime of one's own, adaptive batching of up to 32 within 5 ms, in the server's own process."""

import numpy
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse

from program import SHAPE, Program


class Runtime(MLModel):
    async def load(self) -> bool:
        self.program = Program()
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        rows = NumpyCodec.decode_input(payload.inputs[0]).astype(numpy.float32).reshape([-1, *SHAPE])
        y = self.program.run(numpy.ascontiguousarray(rows))
        return InferenceResponse(model_name=self.name, outputs=[NumpyCodec.encode_output("y", y)])
