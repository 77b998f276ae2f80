"""tritonclient over gRPC, and the standard health service."""

import queue
import unittest

import grpc
import numpy
import tritonclient.grpc as triton
from tritonclient.utils import InferenceServerException

import targets


def image_input(images):
    tensor = triton.InferInput("image", list(images.shape), "FP32")
    tensor.set_data_from_numpy(images)
    return [tensor]


class GrpcTest(unittest.TestCase):
    def setUp(self):
        self.client = triton.InferenceServerClient(targets.GRPC)
        self.addCleanup(self.client.close)
        self.images, self.labels = targets.digits(8)

    def refused(self, status, words, call, *arguments, **named):
        with self.assertRaises(InferenceServerException) as caught:
            call(*arguments, **named)
        self.assertEqual(f"StatusCode.{status}", caught.exception.status())
        self.assertIn(words, caught.exception.message())

    def test_too_much_metadata_is_refused_in_the_form_of_the_protocol(self):
        for size in (8_500, 60_000):
            self.refused(
                "INVALID_ARGUMENT", "expected at most 8192", self.client.infer, targets.DIGITS,
                image_input(self.images), headers={"x": "a" * size})
        self.client.infer(targets.DIGITS, image_input(self.images), headers={"x": "a" * 7_500})

    def test_health(self):
        self.assertTrue(self.client.is_server_live())
        self.assertTrue(self.client.is_server_ready())
        self.assertTrue(self.client.is_model_ready(targets.DIGITS))
        self.assertTrue(self.client.is_model_ready(targets.DIGITS, "2"))
        self.assertFalse(self.client.is_model_ready("nobody"))

    def test_server_and_model_metadata(self):
        server = self.client.get_server_metadata()
        self.assertLessEqual(targets.EXTENSIONS, set(server.extensions))
        self.assertFalse(targets.NOT_OFFERED & set(server.extensions))
        model = self.client.get_model_metadata(targets.DIGITS, "2")
        self.assertEqual([-1, 64], list(model.inputs[0].shape))
        self.assertEqual("FP32", self.client.get_model_metadata(targets.DIGITS, as_json=True)["inputs"][0]["datatype"])

    def test_model_config(self):
        config = self.client.get_model_config(targets.DIGITS).config
        self.assertEqual(16, config.max_batch_size)
        self.assertEqual("image", config.input[0].name)
        self.assertTrue(config.HasField("dynamic_batching"))

    def test_statistics_as_perf_analyzer_reads_them(self):
        before = self.client.get_inference_statistics(targets.DIGITS, "1").model_stats[0]
        self.client.infer(targets.DIGITS, image_input(self.images), model_version="1")
        after = self.client.get_inference_statistics(targets.DIGITS, "1").model_stats[0]
        self.assertGreater(after.inference_count, before.inference_count)
        self.assertGreater(after.execution_count, before.execution_count)
        self.assertGreater(after.inference_stats.compute_infer.ns, before.inference_stats.compute_infer.ns)
        self.assertGreater(len(self.client.get_inference_statistics().model_stats), 1)

    def test_models_are_loaded_and_unloaded(self):
        self.client.load_model(targets.DIGITS)  # its files did not change: nothing happens
        self.assertTrue(self.client.is_model_ready(targets.DIGITS))
        self.client.unload_model(targets.TEXTS)
        self.assertFalse(self.client.is_model_ready(targets.TEXTS))
        self.client.load_model(targets.TEXTS)
        self.assertTrue(self.client.is_model_ready(targets.TEXTS))
        with self.assertRaises(InferenceServerException) as caught:
            self.client.load_model("nobody")
        self.assertIn("NOT_FOUND", str(caught.exception.status()))
        with self.assertRaises(InferenceServerException) as caught:
            self.client.load_model(targets.DIGITS, config="{}")
        self.assertIn("UNIMPLEMENTED", str(caught.exception.status()))

    def test_repository_index(self):
        index = self.client.get_model_repository_index()
        self.assertIn((targets.DIGITS, "1", "READY"), [(one.name, one.version, one.state) for one in index.models])

    def test_infer(self):
        result = self.client.infer(
            targets.DIGITS,
            image_input(self.images),
            model_version="2",
            outputs=[triton.InferRequestedOutput("scores")],
            request_id="my request",
            priority=1,
            timeout=2_000_000,
            client_timeout=10,
            headers={"bellwether-request-id": "client-suite"},
            parameters={"own": "value", "flag": True, "count": 3},
        )
        self.assertGreaterEqual((result.as_numpy("scores").argmax(axis=1) == self.labels).sum(), 7)
        self.assertEqual("my request", result.get_response().id)
        self.assertEqual("2", result.get_response().model_version)

    def test_compression_of_the_transport(self):
        for algorithm in ("gzip", "deflate"):
            result = self.client.infer(targets.DIGITS, image_input(self.images), compression_algorithm=algorithm)
            self.assertEqual((8, 10), result.as_numpy("scores").shape)

    def test_classification(self):
        outputs = [triton.InferRequestedOutput("scores", class_count=2)]
        self.assertEqual(
            (8, 2), self.client.infer(targets.DIGITS, image_input(self.images), outputs=outputs).as_numpy("scores").shape)

    def test_text(self):
        tensor = triton.InferInput("text", [2, 1], "BYTES")
        tensor.set_data_from_numpy(targets.texts())
        self.assertEqual((2, 384), self.client.infer(targets.TEXTS, [tensor]).as_numpy("embedding").shape)

    def test_async_infer(self):
        answers = queue.Queue()
        for _ in range(8):
            self.client.async_infer(
                targets.DIGITS, image_input(self.images), lambda result, error: answers.put((result, error)))
        for _ in range(8):
            result, error = answers.get(timeout=20)
            self.assertIsNone(error)
            self.assertEqual((8, 10), result.as_numpy("scores").shape)

    def test_stream(self):
        answers = queue.Queue()
        self.client.start_stream(lambda result, error: answers.put((result, error)))
        for i in range(100):
            name = "nobody" if i == 50 else targets.DIGITS
            self.client.async_stream_infer(
                name, image_input(self.images[:1]), request_id=str(i), enable_empty_final_response=True)
        self.client.stop_stream()
        results, errors = {}, []
        while not answers.empty():
            result, error = answers.get()
            if error is None:
                results[result.get_response().id] = result
            else:
                errors.append(error.message())
        self.assertEqual(["Request for unknown model: 'nobody' is not found"], errors)
        self.assertEqual({str(i) for i in range(100)} - {"50"}, set(results))
        for result in results.values():
            self.assertEqual((1, 10), result.as_numpy("scores").shape)
            self.assertTrue(result.get_response().parameters["triton_final_response"].bool_param)

    def test_errors(self):
        infer, one = self.client.infer, image_input(self.images[:1])
        self.refused("NOT_FOUND", "Request for unknown model: 'nobody' is not found", infer, "nobody", one)
        self.refused("NOT_FOUND", "version '99' is not found", infer, targets.DIGITS, one, model_version="99")
        self.refused(
            "INVALID_ARGUMENT", "unexpected shape for input 'image'", infer, targets.DIGITS,
            image_input(self.images[:, :32]))
        self.refused(
            "INVALID_ARGUMENT", "unexpected inference output 'other'", infer, targets.DIGITS, one,
            outputs=[triton.InferRequestedOutput("other")])
        self.refused("DEADLINE_EXCEEDED", "", infer, targets.DIGITS, one, client_timeout=0.0001)

    def test_large_messages(self):
        infer = self.client.infer
        many = numpy.ones((20_000, 64), "f4")
        self.refused("INVALID_ARGUMENT", "batch-size must be <= 256", infer, targets.DIGITS, image_input(many))
        too_many = numpy.ones((90_000, 64), "f4")
        self.refused("RESOURCE_EXHAUSTED", "20971520", infer, targets.DIGITS, image_input(too_many))

    def test_what_is_not_offered_says_so(self):
        client = self.client
        self.refused("UNIMPLEMENTED", "shared memory", client.get_system_shared_memory_status)
        self.refused("UNIMPLEMENTED", "shared memory", client.register_system_shared_memory, "r", "/r", 64)
        self.refused("UNIMPLEMENTED", "shared memory", client.unregister_system_shared_memory)
        self.refused("UNIMPLEMENTED", "shared memory", client.get_cuda_shared_memory_status)
        self.refused("UNIMPLEMENTED", "shared memory", client.register_cuda_shared_memory, "r", b"aGFuZGxl", 0, 64)
        self.refused("UNIMPLEMENTED", "shared memory", client.unregister_cuda_shared_memory)
        self.refused("UNIMPLEMENTED", "trace settings", client.get_trace_settings)
        self.refused("UNIMPLEMENTED", "trace settings", client.update_trace_settings, settings={"trace_rate": "1"})
        self.refused("UNIMPLEMENTED", "log settings", client.get_log_settings)
        self.refused("UNIMPLEMENTED", "log settings", client.update_log_settings, {"log_info": True})
        shared = triton.InferInput("image", [1, 64], "FP32")
        shared.set_shared_memory("r", 256)
        self.refused("UNIMPLEMENTED", "shared memory", client.infer, targets.DIGITS, [shared])

    def test_standard_health_service(self):
        # The messages are so small that they are written here: a name as field 1; a status as field 1, SERVING is 1.
        serving = b"\x08\x01"
        with grpc.insecure_channel(targets.GRPC) as channel:
            check = channel.unary_unary("/grpc.health.v1.Health/Check")
            watch = channel.unary_stream("/grpc.health.v1.Health/Watch")
            for name in (b"", b"inference.GRPCInferenceService"):
                request = b"\x0a" + bytes([len(name)]) + name if name else b""
                self.assertEqual(serving, check(request, timeout=10))
                call = watch(request, timeout=10)
                self.assertEqual(serving, next(iter(call)))
                call.cancel()
            with self.assertRaises(grpc.RpcError) as caught:
                check(b"\x0a\x01x", timeout=10)
            self.assertEqual(grpc.StatusCode.NOT_FOUND, caught.exception.code())

    def test_the_reason_is_in_the_trailers(self):
        service = triton.service_pb2
        with grpc.insecure_channel(targets.GRPC) as channel:
            with self.assertRaises(grpc.RpcError) as caught:
                triton.service_pb2_grpc.GRPCInferenceServiceStub(channel).ModelInfer(
                    service.ModelInferRequest(model_name=targets.DIGITS), timeout=10)
            self.assertIn(("bellwether-reason", "INVALID_INPUT"), list(caught.exception.trailing_metadata()))


if __name__ == "__main__":
    unittest.main()
