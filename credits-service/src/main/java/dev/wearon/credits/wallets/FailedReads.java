package dev.wearon.credits.wallets;

import io.smallrye.mutiny.Uni;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Logs the store and the request of a failed read, because the failure does not name them. */
final class FailedReads {

    private static final Logger LOG = Logger.getLogger(FailedReads.class);

    private FailedReads() {}

    static <T> Uni<T> logged(String what, UUID storeId, String requestId, Uni<T> read) {
        return read.onFailure()
                .invoke(() -> LOG.errorf("%s of store %s could not be read (request %s)", what, storeId, requestId));
    }
}
