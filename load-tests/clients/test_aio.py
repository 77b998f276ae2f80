"""tritonclient with asyncio, over HTTP and gRPC."""

import asyncio
import unittest

import tritonclient.grpc.aio as triton_grpc
import tritonclient.http.aio as triton_http
from tritonclient.utils import InferenceServerException

import targets


def image_input(library, images):
    tensor = library.InferInput("image", list(images.shape), "FP32")
    tensor.set_data_from_numpy(images)
    return [tensor]


class AsyncioTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.images, _ = targets.digits(8)

    async def check(self, library, address):
        async with library.InferenceServerClient(address) as client:
            self.assertTrue(await client.is_server_live())
            self.assertTrue(await client.is_server_ready())
            self.assertTrue(await client.is_model_ready(targets.DIGITS))
            await client.get_server_metadata()
            await client.get_model_metadata(targets.DIGITS)
            await client.get_model_config(targets.DIGITS)
            await client.get_inference_statistics(targets.DIGITS)
            await client.get_model_repository_index()
            await client.load_model(targets.DIGITS)
            calls = [client.infer(targets.DIGITS, image_input(library, self.images)) for _ in range(16)]
            for result in await asyncio.gather(*calls):
                self.assertEqual((8, 10), result.as_numpy("scores").shape)
            with self.assertRaises(InferenceServerException) as caught:
                await client.infer("nobody", image_input(library, self.images))
            self.assertIn("'nobody' is not found", caught.exception.message())
            with self.assertRaises(InferenceServerException):
                await client.get_system_shared_memory_status()

    async def test_http(self):
        await self.check(triton_http, targets.REST)

    async def test_grpc(self):
        await self.check(triton_grpc, targets.GRPC)

    async def test_stream(self):
        async def requests():
            for i in range(20):
                yield {
                    "model_name": targets.DIGITS if i != 3 else "nobody",
                    "inputs": image_input(triton_grpc, self.images[:1]),
                    "request_id": str(i),
                }

        ids, errors = set(), []
        async with triton_grpc.InferenceServerClient(targets.GRPC) as client:
            async for result, error in client.stream_infer(requests(), stream_timeout=30):
                if error is None:
                    ids.add(result.get_response().id)
                else:
                    errors.append(error.message())
        self.assertEqual({str(i) for i in range(20)} - {"3"}, ids)
        self.assertEqual(1, len(errors))


if __name__ == "__main__":
    unittest.main()
