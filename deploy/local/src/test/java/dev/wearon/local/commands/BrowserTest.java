package dev.wearon.local.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrowserTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"Linux, xdg-open", "Mac OS X, open", "Windows 11, rundll32.exe", "FreeBSD, xdg-open"})
    void knowsTheCommandOfEachSystem(String system, String command) {
        assertThat(Browser.opener(system)).first().isEqualTo(command);
    }

    @Test
    void opensTheUrl() throws Exception {
        opener("#!/bin/sh\necho \"$@\" >" + folder.resolve("opened"));
        assertThat(browser().open("http://127.0.0.1:8080/demo")).isTrue();
        assertThat(folder.resolve("opened")).hasContent("first http://127.0.0.1:8080/demo");
    }

    @Test
    void saysThatNothingWasOpened() throws Exception {
        assertThat(browser().open("http://127.0.0.1:8080/demo")).isFalse();
        opener("#!/bin/sh\nexit 3\n");
        assertThat(browser().open("http://127.0.0.1:8080/demo")).isFalse();
    }

    private Browser browser() {
        return new Browser(List.of("opener", "first"), folder.toString());
    }

    private void opener(String script) throws Exception {
        Path file = Files.writeString(folder.resolve("opener"), script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}
