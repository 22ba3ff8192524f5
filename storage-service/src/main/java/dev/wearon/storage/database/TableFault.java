package dev.wearon.storage.database;

/** The database could not be asked, or did not answer in time: whether a write took place is then unknown. */
public final class TableFault extends RuntimeException {

    TableFault(Throwable cause) {
        super("The database did not answer", cause);
    }
}
