package dev.wearon.testkit;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One client's connection through a {@link FaultProxy}: a pump for each direction. */
final class FaultProxyConnection {

    private static final int PIECE = 64 * 1024;

    private final FaultProxy proxy;
    private final Socket client;
    private final Socket toServer = new Socket();
    /** What was put on the request that waits for its reply. */
    private volatile FaultProxy.Fault pending;

    FaultProxyConnection(FaultProxy proxy, Socket client) {
        this.proxy = proxy;
        this.client = client;
    }

    /** From the client to the server, until one of them is gone. */
    void requests() {
        try {
            toServer.connect(proxy.server());
            FaultProxy.start(this::replies);
            byte[] piece = new byte[PIECE];
            boolean answered = false;
            for (int size; (size = client.getInputStream().read(piece)) >= 0; ) {
                FaultProxy.Fault fault = proxy.faultFor(new String(piece, 0, size, StandardCharsets.ISO_8859_1));
                if (fault != null && fault.effect == FaultProxy.Effect.ANSWER) {
                    client.getOutputStream().write(fault.reply.getBytes(StandardCharsets.ISO_8859_1));
                    answered = true;
                } else if (fault != null) {
                    pending = fault;
                    if (fault.effect == FaultProxy.Effect.HOLD) {
                        fault.awaitLifted();
                    }
                }
                if (!answered) {
                    toServer.getOutputStream().write(piece, 0, size);
                }
            }
            if (pending == null) {
                close();
            }
            // Else the server is to serve the request, and may give it up when it sees that its client has gone.
        } catch (IOException cut) {
            close();
        }
    }

    private void replies() {
        try {
            byte[] piece = new byte[PIECE];
            for (int size; (size = toServer.getInputStream().read(piece)) >= 0; ) {
                FaultProxy.Fault fault = pending;
                if (fault != null && fault.effect == FaultProxy.Effect.DROP_REPLY) {
                    break;
                }
                if (fault != null && fault.effect == FaultProxy.Effect.HOLD_REPLY) {
                    fault.awaitLifted();
                }
                client.getOutputStream().write(piece, 0, size);
                pending = null;
            }
        } catch (IOException ignored) {
            // One of the two is gone: so is the connection.
        } finally {
            close();
        }
    }

    void close() {
        proxy.ended(this);
        try (client;
                toServer) {
            pending = null;
        } catch (IOException ignored) {
            // It is no connection any more.
        }
    }
}
