package dev.wearon.gateway.forwarding;

import dev.wearon.gateway.bounds.WholeBody;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.streams.WriteStream;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** One call to a service. Adapts the callbacks and futures of the HTTP client to Uni. */
final class UpstreamCall {

    private static final Logger LOG = Logger.getLogger(UpstreamCall.class);

    private final HttpClientRequest request;
    private boolean late;

    private UpstreamCall(HttpClientRequest request) {
        this.request = request;
        // The response fails as well, so this only logs.
        request.exceptionHandler(fault -> LOG.debugf("A call broke off: %s", fault));
    }

    /** A complete response. */
    record Answer(int status, MultiMap headers, Buffer body) {}

    /** Waits for a connection. Sends nothing yet. */
    static Uni<UpstreamCall> open(HttpClient pool, RequestOptions options) {
        return UniHelper.toUni(
                done -> pool.request(options).map(UpstreamCall::new).onComplete(done));
    }

    MultiMap headers() {
        return request.headers();
    }

    /**
     * Sends the request.
     *
     * @return the head of the response; its body must be read in the same tick
     */
    Uni<HttpClientResponse> send(Buffer body) {
        return UniHelper.toUni(done -> sent(body).onComplete(done));
    }

    /**
     * Sends the request and buffers the response.
     *
     * @param limit the maximum size of the response body
     */
    Uni<Answer> ask(Buffer body, long limit) {
        return Uni.createFrom().emitter(answer -> sent(body)
                .onFailure(answer::fail)
                .onSuccess(response -> WholeBody.read(
                        response,
                        limit,
                        whole -> answer.complete(new Answer(response.statusCode(), response.headers(), whole)),
                        answer::fail)));
    }

    private Future<HttpClientResponse> sent(Buffer body) {
        return body.length() == 0 ? request.send() : request.send(body);
    }

    /** Sends only the head. The returned stream takes the body. */
    WriteStream<Buffer> begin() {
        request.sendHead();
        return request;
    }

    /** The head of the response after {@link #begin}. Fails with a {@link TimeoutException} after {@link #timeOut}. */
    Uni<HttpClientResponse> response() {
        return UniHelper.toUni(done -> request.response()
                .recover(fault -> Future.failedFuture(
                        late ? new TimeoutException("The service did not take the body in time") : fault))
                .onComplete(done));
    }

    /** Streams the response body with back-pressure. Fails if either side breaks off, and then does not end the target. */
    static Uni<Void> pipe(HttpClientResponse from, WriteStream<Buffer> to) {
        return UniHelper.toUni(done -> from.pipe().endOnFailure(false).to(to).onComplete(done));
    }

    /** Cancels the call at any point. */
    void abandon() {
        request.reset();
    }

    /** Cancels the call, because the service was too slow. */
    void timeOut() {
        late = true;
        abandon();
    }
}
