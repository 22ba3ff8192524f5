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

/** One call to a service. This is the only class that knows how the HTTP client tells what became of something. */
final class UpstreamCall {

    private static final Logger LOG = Logger.getLogger(UpstreamCall.class);

    private final HttpClientRequest request;
    private boolean late;

    private UpstreamCall(HttpClientRequest request) {
        this.request = request;
        // All that matters is told to whoever waits for the answer.
        request.exceptionHandler(fault -> LOG.debugf("A call broke off: %s", fault));
    }

    /** A service's whole answer. */
    record Answer(int status, MultiMap headers, Buffer body) {}

    /** Waits for a connection; nothing is sent yet. */
    static Uni<UpstreamCall> open(HttpClient pool, RequestOptions options) {
        return UniHelper.toUni(
                told -> pool.request(options).map(UpstreamCall::new).onComplete(told));
    }

    MultiMap headers() {
        return request.headers();
    }

    /** Sends it whole. @return the head of the answer; its body must be taken in the same tick */
    Uni<HttpClientResponse> send(Buffer body) {
        return UniHelper.toUni(told -> sent(body).onComplete(told));
    }

    /** Sends it whole. @param limit the longest body that an answer may have */
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

    /** Sends the head ahead of the first byte of a body that {@link #body} takes. */
    WriteStream<Buffer> begin() {
        request.sendHead();
        return request;
    }

    /** The head of the answer to what was begun. Fails with a {@link TimeoutException} when it was {@link #giveUp given up}. */
    Uni<HttpClientResponse> response() {
        return UniHelper.toUni(told -> request.response()
                .recover(fault -> Future.failedFuture(
                        late ? new TimeoutException("The service did not take the body in time") : fault))
                .onComplete(told));
    }

    /** Passes on what is answered, no faster than it is taken. Fails when either side breaks off; never ends a broken one. */
    static Uni<Void> pipe(HttpClientResponse from, WriteStream<Buffer> to) {
        return UniHelper.toUni(told -> from.pipe().endOnFailure(false).to(to).onComplete(told));
    }

    /** Ends the call wherever it stands. */
    void abandon() {
        request.reset();
    }

    /** The same, because the service let nothing move for too long. */
    void giveUp() {
        late = true;
        abandon();
    }
}
