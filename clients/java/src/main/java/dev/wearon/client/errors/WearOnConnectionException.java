package dev.wearon.client.errors;

/** No complete response arrived. The service may have done what was asked. */
public class WearOnConnectionException extends WearOnException {

    private static final long serialVersionUID = 1;

    public WearOnConnectionException(Throwable cause) {
        super(
                CONNECTION_FAILED,
                "No complete response arrived. Check the base URL and the network.",
                Facts.NONE,
                cause);
    }

    protected WearOnConnectionException(String code, String message, Facts facts) {
        super(code, message, facts, null);
    }
}
