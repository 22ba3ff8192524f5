package dev.wearon.credits.wallets;

import io.smallrye.mutiny.Uni;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Logs a failed read with its store and request, which the failure itself does not name. The failure is passed on. */
final class FailedReads {

    private static final Logger LOG = Logger.getLogger(FailedReads.class);

    private FailedReads() {}

    static <T> Uni<T> logged(String what, UUID storeId, String requestId, Uni<T> read) {
        return read.onFailure()
                .invoke(() -> LOG.errorf("%s of store %s could not be read (request %s)", what, storeId, requestId));
    }
}
