package io.bellwether.deploy.broker;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * Asks a broker whether it serves, with the request that every client begins with: which versions of the protocol it
 * speaks. Spelt out here, because a client of Kafka would cost the launcher threads and megabytes.
 */
public final class BrokerProbe {
    private static final int CONNECT_MILLIS_MAX = 500;
    private static final int READ_MILLIS_MAX = 2_000;
    private static final short API_VERSIONS = 18;
    private static final short VERSION = 0;
    private static final int CORRELATION_ID = 0x62656c6c;
    /** Key, version and correlation id of the request, and the length -1 of an absent client id. */
    private static final int REQUEST_BYTES = 10;

    private static final short NO_CLIENT_ID = -1;

    private BrokerProbe() {}

    /** Whether a broker on 127.0.0.1 answers at that port within two seconds or so. */
    public static boolean answers(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS_MAX);
            socket.setSoTimeout(READ_MILLIS_MAX);
            var request = new DataOutputStream(socket.getOutputStream());
            request.writeInt(REQUEST_BYTES);
            request.writeShort(API_VERSIONS);
            request.writeShort(VERSION);
            request.writeInt(CORRELATION_ID);
            request.writeShort(NO_CLIENT_ID);
            request.flush();
            var answer = new DataInputStream(socket.getInputStream());
            int bytes = answer.readInt();
            int correlationId = answer.readInt();
            short error = answer.readShort();
            return bytes > REQUEST_BYTES && correlationId == CORRELATION_ID && error == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
