package dev.wearon.bench;

import dev.wearon.local.suite.UserError;
import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waiting for what an event loop does, before and after the load. */
final class Answers {

    private static final int PATIENCE_S = 10;

    private Answers() {}

    static <T> T await(Future<T> future) throws UserError {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new UserError(String.valueOf(failed.getCause().getMessage()), "run the benchmark again");
        } catch (TimeoutException hanging) {
            throw new UserError("No answer within " + PATIENCE_S + " s.", "run the benchmark again");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new UserError("Interrupted");
        }
    }
}
