package dev.wearon.local.testing;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One client's connection through a {@link Wire}: a pump for each direction. */
final class WireConnection {

    private static final int PIECE = 64 * 1024;

    private final Wire wire;
    private final Socket client;
    private final Socket toServer = new Socket();
    /** What was put on the request that waits for its reply. */
    private volatile Wire.Fault pending;

    WireConnection(Wire wire, Socket client) {
        this.wire = wire;
        this.client = client;
    }

    /** From the client to the server, until one of them is gone. */
    void requests() {
        try {
            toServer.connect(wire.server());
            Wire.start(this::replies);
            byte[] piece = new byte[PIECE];
            boolean answered = false;
            for (int size; (size = client.getInputStream().read(piece)) >= 0; ) {
                Wire.Fault fault = wire.faultFor(new String(piece, 0, size, StandardCharsets.ISO_8859_1));
                if (fault != null && fault.effect == Wire.Effect.ANSWER) {
                    client.getOutputStream().write(fault.reply.getBytes(StandardCharsets.ISO_8859_1));
                    answered = true;
                } else if (fault != null) {
                    pending = fault;
                    if (fault.effect == Wire.Effect.HOLD) {
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
                Wire.Fault fault = pending;
                if (fault != null && fault.effect == Wire.Effect.DROP_REPLY) {
                    break;
                }
                if (fault != null && fault.effect == Wire.Effect.HOLD_REPLY) {
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
        wire.ended(this);
        try (client;
                toServer) {
            pending = null;
        } catch (IOException ignored) {
            // It is no connection any more.
        }
    }
}
