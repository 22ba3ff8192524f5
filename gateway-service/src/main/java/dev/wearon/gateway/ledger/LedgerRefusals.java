package dev.wearon.gateway.ledger;

import dev.wearon.gateway.envelope.UpstreamRefusal;
import dev.wearon.http.Problem;
import io.vertx.core.buffer.Buffer;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.rest.client.ext.ResponseExceptionMapper;

/** Turns refusals of credits-service into problems. Every client of the ledger registers it. */
public final class LedgerRefusals implements ResponseExceptionMapper<Problem> {

    @Override
    public Problem toThrowable(Response response) {
        return UpstreamRefusal.of(response.getStatus(), Buffer.buffer(response.readEntity(byte[].class)));
    }
}
