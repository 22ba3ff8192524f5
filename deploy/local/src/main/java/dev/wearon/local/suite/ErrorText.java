package dev.wearon.local.suite;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.sql.SQLException;
import javax.net.ssl.SSLException;

/** What went wrong, with a file or a connection as a rule, for people: without the names of classes. */
public final class ErrorText {

    private ErrorText() {}

    public static String of(Exception fault) {
        return switch (fault) {
            case NoSuchFileException missing -> missing.getFile() + " does not exist and cannot be made";
            case AccessDeniedException denied -> denied.getFile() + " may not be accessed";
            case FileAlreadyExistsException file -> file.getFile() + " is no folder";
            case NotDirectoryException file -> file.getFile() + " is no folder";
            case FileSystemException other when other.getReason() != null -> other.getFile() + ": " + other.getReason();
            case HttpTimeoutException late -> "it took too long";
            case SSLException insecure -> "there is no TLS, or none that is trusted";
            // Its message quotes what stands there, which may be a secret.
            case JsonProcessingException damaged -> "a file or an answer is not the JSON that it must be";
            case IOException other -> other.getMessage() == null ? "the connection broke" : other.getMessage();
            case SQLException refused -> refused.getMessage();
            default -> "nobody foresaw why";
        };
    }
}
