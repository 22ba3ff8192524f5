package dev.wearon.generation.calls;

import dev.wearon.http.Problem;
import java.util.Arrays;

/**
 * Another service answered a call, or one request of a batch, with a refusal or a fault. Any other failure of a call means that
 * no usable answer came.
 */
public final class ErrorResponse extends RuntimeException {

    private static final int NOT_FOUND = 404;
    private static final int TOO_LARGE = 413;
    private static final int INTERNAL_ERROR = 500;

    private final int status;

    /** @param message the message of the service, for the client; or a text that names the status */
    ErrorResponse(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** The answer to one request of a batch. A code that this version does not know counts as a fault. */
    public static ErrorResponse of(String code, String message) {
        return new ErrorResponse(
                Arrays.stream(Problem.Code.values())
                        .filter(known -> known.name().equals(code))
                        .mapToInt(Problem.Code::status)
                        .findFirst()
                        .orElse(INTERNAL_ERROR),
                message);
    }

    public static boolean isNotFound(Throwable fault) {
        return status(fault) == NOT_FOUND;
    }

    static boolean isTooLarge(Throwable fault) {
        return status(fault) == TOO_LARGE;
    }

    /** The status of the answer; 0 if no usable answer came. */
    public static int status(Throwable fault) {
        return fault instanceof ErrorResponse answered ? answered.status : 0;
    }
}
