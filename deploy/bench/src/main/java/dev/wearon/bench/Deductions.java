package dev.wearon.bench;

import dev.wearon.local.suite.UserError;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/** One of the two ways of taking a credit that are compared. */
interface Deductions {

    /** A connection of its own, on which one call is made at a time. */
    @FunctionalInterface
    interface Client {
        /** Takes one credit from the store; fails unless the answer says that it was taken. */
        Future<Void> takeOne(UUID storeId);
    }

    /** The role under which this side's connections are seen in the database. */
    String role();

    List<Client> connect(int clients) throws UserError;

    void disconnect() throws UserError;
}
