package dev.wearon.containers;

import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The program that builds images.
 *
 * @param program {@code docker} or {@code podman}
 */
record Engine(String program) {

    /** In this order, unless the user names one. */
    static final List<String> PROGRAMS = List.of("docker", "podman");

    private static final int ANSWER_MINUTES = 1;
    private static final int BUILD_MINUTES = 30;

    /** The named engine, or the first one that answers. */
    static Engine find(String named) throws IOException, UserError {
        List<String> reasons = new ArrayList<>();
        for (String program : named == null ? PROGRAMS : List.of(named)) {
            // Without a daemon, the client alone cannot build.
            Commands.Output info = Commands.run(ANSWER_MINUTES, List.of(program, "info"));
            if (info.exitCode() == 0) {
                return new Engine(program);
            }
            String last = info.text().strip().lines().reduce("", (first, second) -> second);
            reasons.add(program + ": " + (info.exitCode() == 127 ? "not installed" : last.strip()));
        }
        throw new UserError(
                "No container engine answers (" + String.join("; ", reasons) + ").",
                "install and start Docker or Podman (Debian: apt-get install docker.io, or podman), or set DOCKER_HOST to the"
                        + " address of an engine that runs");
    }

    void build(String image, Path dockerfile, Path context, Map<String, String> arguments)
            throws IOException, UserError {
        List<String> command = new ArrayList<>(List.of(program, "build", "--quiet", "--tag", image));
        if (program.equals("podman")) {
            // The usual format of Podman has no health check.
            command.add("--format=docker");
        }
        arguments.forEach((name, value) -> command.addAll(List.of("--build-arg", name + "=" + value)));
        command.addAll(List.of("--file", dockerfile.toString(), context.toString()));
        Commands.require(
                BUILD_MINUTES, command, "the context is complete in " + context + "; build it by hand to see all");
    }

    /** In bytes, with all layers. */
    long size(String image) throws IOException, UserError {
        return Long.parseLong(Commands.require(
                        ANSWER_MINUTES,
                        List.of(program, "image", "inspect", "--format", "{{.Size}}", image),
                        "check the engine with: " + program + " image ls")
                .strip());
    }
}
