package dev.wearon.local.suite;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParseException;
import dev.wearon.testkit.Garbage;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorTextTest {

    static Stream<Exception> faults() {
        return Stream.of(
                new NoSuchFileException("/a"),
                new AccessDeniedException("/a"),
                new FileAlreadyExistsException("/a"),
                new FileSystemException("/a", null, "No space left on device"),
                new FileSystemException("/a"),
                new HttpTimeoutException("request timed out"),
                new SSLHandshakeException("PKIX path building failed: sun.security.provider.certpath.Exception"),
                new IOException("HTTP/1.1 header parser received no bytes"),
                new IOException(),
                new JsonParseException(null, "Unrecognized token 'secret': was expecting (JSON String, ...)"),
                new IllegalStateException(new IOException("broken")));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void containsNoClassName(Exception fault) {
        assertThat(ErrorText.of(fault)).isNotBlank().doesNotContainPattern(Garbage.INTERNALS);
    }
}
