package dev.wearon.storage.objects;

/** The table could not be asked, or did not answer in time: whether a write took place is then unknown. */
final class TableFault extends RuntimeException {

    TableFault(Throwable cause) {
        super("The table of objects did not answer", cause);
    }
}
