package dev.wearon.credits.wallets;

import io.smallrye.mutiny.Uni;
import java.util.UUID;
import org.jboss.logging.Logger;

/** A read that fails stays a failure and becomes the answer; the line that this adds to the log says whose read it was. */
final class FailedReads {

    private static final Logger LOG = Logger.getLogger(FailedReads.class);

    private FailedReads() {}

    static <T> Uni<T> logged(String what, UUID storeId, String requestId, Uni<T> read) {
        return read.onFailure()
                .invoke(() -> LOG.errorf("%s of store %s could not be read (request %s)", what, storeId, requestId));
    }
}
