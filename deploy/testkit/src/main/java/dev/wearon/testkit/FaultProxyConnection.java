package dev.wearon.testkit;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The connection of one client through a {@link FaultProxy}, with a thread for each direction. */
final class FaultProxyConnection {

    private static final int PIECE = 64 * 1024;

    private final FaultProxy proxy;
    private final Socket client;
    private final Socket toServer = new Socket();
    /** The fault of the request that waits for its reply. */
    private volatile FaultProxy.Fault pending;

    FaultProxyConnection(FaultProxy proxy, Socket client) {
        this.proxy = proxy;
        this.client = client;
    }

    /** Passes bytes from the client to the server until the client or the server closes. After an ANSWER it passes no more bytes of this client. */
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
            // With a pending fault the connection to the server stays open, so the server processes the request.
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
                // Clears only a fault that was read above: since the write, the next request may have set a new one.
                if (fault != null) {
                    pending = null;
                }
            }
        } catch (IOException ignored) {
            // One side has closed.
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
            // The connection is closed already.
        }
    }
}
