package io.bellwether.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.protocol.oip.ModelInferRequest;
import java.io.ByteArrayInputStream;

/** Bytes of a gRPC message, through the look at its cost, protobuf and the check of both edges. */
class GrpcMessageFuzzTest {

    @FuzzTest(maxDuration = "1m")
    void check(byte[] message) {
        // Given
        Decoded<Long> cost = FuzzProperties.decoded(
                message.length, () -> MessageCost.of(new ByteArrayInputStream(message), FuzzProperties.LIMITS));
        if (cost instanceof Decoded.Refused<Long>) {
            return;
        }
        ModelInferRequest request;
        try {
            request = ModelInferRequest.parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            return; // Only names that are no UTF-8 are left to protobuf to find.
        }

        // When
        Decoded<ModelInferRequest> checked =
                FuzzProperties.decoded(message.length, () -> RequestCheck.normalise(request, FuzzProperties.LIMITS));

        // Then
        HopParameters.reserved(request);
        HopParameters.origin(request);
        if (checked instanceof Decoded.Valid<ModelInferRequest> valid) {
            FuzzProperties.isWhole(valid.value());
            OutputPreferences.of(valid.value());
        }
    }
}
