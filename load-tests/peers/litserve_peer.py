"""LitServe: one worker process, batches of up to 32 with a wait of 5 ms (without a wait it runs one row at a time)."""

import litserve
import numpy

from program import PORT, ROWS_MAX, Program, answer_of, row_of


class Api(litserve.LitAPI):
    def setup(self, device):
        self.program = Program()

    def decode_request(self, request):
        return row_of(request)

    def batch(self, inputs):
        return numpy.stack(inputs)

    def predict(self, x):
        return self.program.run(x)

    def unbatch(self, output):
        return list(output)

    def encode_response(self, output):
        return answer_of(output)


if __name__ == "__main__":
    api = Api(max_batch_size=ROWS_MAX, batch_timeout=0.005)
    litserve.LitServer(api, accelerator="cpu", workers_per_device=1).run(
        host="127.0.0.1", port=PORT, generate_client_file=False, log_level="warning")
