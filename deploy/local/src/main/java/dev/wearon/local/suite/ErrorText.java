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

/** Describes an exception in a sentence for users, without class names. */
public final class ErrorText {

    private ErrorText() {}

    public static String of(Exception fault) {
        return switch (fault) {
            case NoSuchFileException missing -> missing.getFile() + " does not exist and cannot be created";
            case AccessDeniedException denied -> denied.getFile() + " is not accessible (permission denied)";
            case FileAlreadyExistsException file -> file.getFile() + " is not a folder";
            case NotDirectoryException file -> file.getFile() + " is not a folder";
            case FileSystemException other when other.getReason() != null -> other.getFile() + ": " + other.getReason();
            case HttpTimeoutException late -> "the time limit was exceeded";
            case SSLException insecure -> "the server has no TLS, or no trusted certificate";
            // The message quotes the content, which may be a secret.
            case JsonProcessingException damaged -> "a file or an answer is not valid JSON";
            case IOException other -> other.getMessage() == null ? "the connection broke" : other.getMessage();
            case SQLException refused -> refused.getMessage();
            default -> "unexpected error";
        };
    }
}
