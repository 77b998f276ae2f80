"""Triton by nvidia-pytriton: its Python backend, batches of what waits, no delay."""

import numpy
from pytriton.decorators import batch
from pytriton.model_config import DynamicBatcher, ModelConfig, Tensor
from pytriton.triton import Triton, TritonConfig

from program import MODEL, PORT, ROWS_MAX, SHAPE, Program

program = Program()


@batch
def infer(x):
    return {"y": program.run(numpy.ascontiguousarray(x))}


config = TritonConfig(http_port=PORT, grpc_port=PORT + 1, metrics_port=PORT + 2, http_address="127.0.0.1")
with Triton(config=config) as server:
    server.bind(
        model_name=MODEL,
        infer_func=infer,
        inputs=[Tensor(name="x", dtype=numpy.float32, shape=tuple(SHAPE))],
        outputs=[Tensor(name="y", dtype=numpy.float32, shape=(10,))],
        config=ModelConfig(max_batch_size=ROWS_MAX, batcher=DynamicBatcher(max_queue_delay_microseconds=0)),
    )
    server.serve()
