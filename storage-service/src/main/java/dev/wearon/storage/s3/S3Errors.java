package dev.wearon.storage.s3;

import dev.wearon.storage.backends.BackendRefused;
import java.util.Set;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Explains to an operator the errors of a bucket's server that no retry can repair. */
final class S3Errors {

    private static final Set<Integer> RETRYABLE = Set.of(408, 409, 425, 429);
    private static final int NOT_IMPLEMENTED = 501;

    private S3Errors() {}

    /** Whether a conditional write failed because the object exists or is being written. */
    static boolean objectExists(Throwable fault) {
        return fault.getCause() instanceof S3Exception answer
                && (answer.statusCode() == 412 || answer.statusCode() == 409);
    }

    /** @return a {@link BackendRefused} if the server refused the call, otherwise the same fault */
    static Throwable of(Throwable fault, S3Config config) {
        return fault.getCause() instanceof S3Exception answer && isFinal(answer.statusCode())
                ? new BackendRefused(message(answer, config), fault)
                : fault;
    }

    private static boolean isFinal(int status) {
        return status < 500 && !RETRYABLE.contains(status) || status == NOT_IMPLEMENTED;
    }

    private static String message(S3Exception answer, S3Config config) {
        String bucket = config.bucket().orElseThrow();
        String code = errorCode(answer);
        return switch (answer.statusCode()) {
            case 401, 403 ->
                ("WEARON_STORAGE_S3_ACCESS_KEY_ID and WEARON_STORAGE_S3_SECRET_ACCESS_KEY are refused (%s). Set a key that"
                                + " may list the bucket %s, and read, write and delete its objects whose keys begin with %s.")
                        .formatted(code, bucket, config.prefix());
            case 404 ->
                ("WEARON_STORAGE_S3_BUCKET names %s, but that bucket does not exist (%s). Create it, or name another one.")
                        .formatted(bucket, code);
            case 501 ->
                ("WEARON_STORAGE_S3_ENDPOINT names a server that does not support If-None-Match (%s). Write this suite's id,"
                                + " which is in the table storage.suite, into the object %sowner of the bucket %s.")
                        .formatted(code, config.prefix(), bucket);
            default ->
                ("WEARON_STORAGE_S3_ENDPOINT, WEARON_STORAGE_S3_REGION or WEARON_STORAGE_S3_PATH_STYLE does not fit the"
                                + " bucket %s (%s). Set them as its server requires.")
                        .formatted(bucket, code);
        };
    }

    private static String errorCode(S3Exception answer) {
        String code = answer.awsErrorDetails() == null
                ? null
                : answer.awsErrorDetails().errorCode();
        return code == null || code.isBlank() ? "status " + answer.statusCode() : code;
    }
}
